"""Image metrics on NumPy arrays."""
import numpy as np


def psnr(image, reference) -> float:
    """Peak signal-to-noise after the best affine fit of the image's intensities to the reference's, dB.

    The peak is the reference's range, as in the project's definition of quality.
    """
    x, y = np.ravel(image).astype(float), np.ravel(reference).astype(float)
    e = np.polyval(np.polyfit(x, y, 1), x) - y
    return float(20 * np.log10(np.ptp(y) / np.sqrt(np.mean(e ** 2))))


def pearson(a, b) -> float:
    return float(np.corrcoef(np.ravel(a), np.ravel(b))[0, 1])


def frc_resolution(a, b, pixel_nm: float, threshold: float = 1 / 7) -> float:
    """Resolution, nm, at which the Fourier ring correlation of two images falls below the threshold (Banterle et al. 2013,
    10.1016/j.jsb.2013.05.004); Hann window, rings of one frequency step, mean of three rings."""
    n = min(a.shape)
    w = np.hanning(n)[:, None] * np.hanning(n)[None]
    f, g = (np.fft.fft2((i[:n, :n] - i[:n, :n].mean()) * w) for i in (a, b))
    k = np.fft.fftfreq(n)
    ring = np.rint(np.hypot(k[:, None], k[None]) * n).astype(int).ravel()

    def total(v):
        return np.bincount(ring, np.ravel(v))[:n // 2]
    curve = total((f * g.conj()).real) / np.sqrt(total(np.abs(f) ** 2) * total(np.abs(g) ** 2) + 1e-30)
    curve = np.convolve(np.concatenate((curve[:1], curve, curve[-1:])), np.ones(3) / 3, "valid")
    below = np.nonzero(curve[2:] < threshold)[0]
    return float(n / (below[0] + 2) * pixel_nm) if len(below) else 2 * pixel_nm
