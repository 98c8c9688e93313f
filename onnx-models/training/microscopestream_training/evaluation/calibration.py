"""Camera baseline and gain estimated from the frames alone, for stacks that state neither."""
import numpy as np
from scipy.ndimage import convolve, uniform_filter


def estimate(frames):
    """Baseline (ADU) and gain (ADU per photon, EM noise included) of a stack [frames, y, x].

    Baseline: the 0.5 % quantile of all pixels. Gain: slope of local noise variance over local mean. Noise comes from a
    second-difference kernel that cancels smooth structure; where spots are bright they leak into it, so the slope is
    taken over the darker half of the pixels and each brightness bin votes with its median.
    """
    f = np.asarray(frames, np.float64)
    baseline = float(np.quantile(f, 0.005))
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 6.0
    noise = np.stack([convolve(i, kernel, mode="nearest") for i in f])[:, 1:-1, 1:-1]
    mean = np.stack([uniform_filter(i, 3, mode="nearest") for i in f])[:, 1:-1, 1:-1]
    edges = np.quantile(mean, np.linspace(0.02, 0.5, 25))
    level, variance = [], []
    for lo, hi in zip(edges[:-1], edges[1:]):
        m = (mean >= lo) & (mean < hi)
        if m.sum() > 50:
            level.append(mean[m].mean())
            variance.append((1.4826 * np.median(np.abs(noise[m]))) ** 2)
    slope = np.polyfit(level, variance, 1)[0] if len(level) > 2 else 1.0
    return baseline, float(max(slope, 1e-3))
