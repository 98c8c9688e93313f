"""Reference: generalized Wiener reconstruction with known parameters (Gustafsson 2000, 10.1046/j.1365-2818.2000.00710.x;
Gustafsson et al. 2008, 10.1529/biophysj.107.120345). NumPy; frequencies in cycles per raw pixel."""
import numpy as np

from .. import optics


def taper(frames, width: int = 8):
    """Frames faded to their mean over `width` px at the borders, where they would wrap around."""
    n, m = frames.shape[-2:]

    def edge(length):
        w = np.ones(length)
        w[:width] = np.sin(np.pi / 2 * (np.arange(width) + 0.5) / width) ** 2
        w[-width:] = w[:width][::-1]
        return w
    w = edge(n)[:, None] * edge(m)[None]
    mean = frames.mean((-2, -1), keepdims=True)
    return mean + (frames - mean) * w


def to_fine(frame):
    """A frame interpolated in Fourier space onto the centres of the fine grid, where (0, 0) lies at -1/4 raw px."""
    h, w = frame.shape
    fy, fx = np.fft.fftfreq(h)[:, None], np.fft.fftfreq(w)[None]
    moved = np.fft.fftshift(np.fft.fft2(frame) * np.exp(-2j * np.pi * 0.25 * (fx + fy)))
    big = np.zeros((2 * h, 2 * w), complex)
    big[h // 2:h // 2 + h, w // 2:w // 2 + w] = moved
    return np.fft.ifft2(np.fft.ifftshift(big)) * 4


def bands(frames, phases, orders: int):
    """Frames [phases, y, x] of one angle -> bands of orders -orders..orders, complex [2 orders + 1, y, x]."""
    o = np.arange(-orders, orders + 1)
    mixing = np.exp(1j * o[None] * np.asarray(phases)[:, None])
    return np.tensordot(np.linalg.pinv(mixing), frames, axes=(1, 0))


def reconstruct(frames, cut, carriers, phases, modulations, parameters, damping=1.0):
    """frames [angles, phases, y, x] -> {w: image [2 y, 2 x]} for each Wiener parameter w.

    cut: cutoff. carriers [angles, 2] (x, y) of order 1. phases [angles, phases] at the centre of pixel (0, 0).
    modulations [angles, orders]. The square of w is added to the sum of the bands' squared transfers; the result is
    apodized to the transfer of an ideal objective of twice the NA.
    """
    frames = taper(np.asarray(frames, float))
    h, width = 2 * frames.shape[-2], 2 * frames.shape[-1]
    fy, fx = 2 * np.fft.fftfreq(h)[:, None], 2 * np.fft.fftfreq(width)[None]
    y, x = ((np.arange(n) - 0.5)[:, None] / 2 for n in (h, width))
    numerator, denominator = np.zeros((h, width), complex), np.zeros((h, width))
    for a, k in enumerate(carriers):
        orders = len(modulations[a])
        for o, band in zip(range(-orders, orders + 1), bands(frames[a], phases[a], orders)):
            amplitude = 1.0 if o == 0 else modulations[a][abs(o) - 1] / 2
            # The band holds the sample's spectrum moved by o k: move it back.
            wave = np.exp(-2j * np.pi * o * k[1] * y) * np.exp(-2j * np.pi * o * k[0] * x).T
            spectrum = np.fft.fft2(to_fine(band) * wave)
            transfer = amplitude * optics.system_otf(fx + o * k[0], fy + o * k[1], cut, damping)
            numerator += transfer * spectrum
            denominator += transfer ** 2
    apodization = optics.doubled_otf(fx, fy, cut)
    return {w: np.fft.ifft2(numerator / (denominator + w * w) * apodization).real for w in parameters}
