"""What a network must beat: sliding sums of the same maps, the best window chosen in hindsight."""
import numpy as np
from scipy.ndimage import gaussian_filter

WINDOWS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 60)
BLURS = (0.7, 1.0, 1.4, 2.0, 2.8)


def pearson(a, b) -> float:
    """Correlation of two images; 0 when one of them is even."""
    a, b = a - a.mean(), b - b.mean()
    norm = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / norm) if norm > 0 else 0.0


def sliding(maps, window: int):
    """Sum of the last `window` maps at every slice [t, y, x]."""
    total = np.cumsum(maps, 0, dtype=np.float64)
    out = total.copy()
    out[window:] -= total[:-window]
    return out.astype(np.float32)


def best_sliding(scenes, first: int, blurs=BLURS):
    """Mean Pearson over all scenes' slices from `first`, for the best (window, blur px) in hindsight: (pearson, window, blur)."""
    best = (-1.0, 0, 0.0)
    for window in WINDOWS:
        sums = [sliding(s.maps, window)[first:] for s in scenes]
        for blur in blurs:
            r = np.mean([pearson(gaussian_filter(frame, blur), true)
                         for s, total in zip(scenes, sums) for frame, true in zip(total, s.truth[first:])])
            best = max(best, (float(r), window, blur))
    return best
