"""PSFs of high-aperture objectives by vectorial diffraction: nothing of the training simulator's optics is used here.

A freely rotating dipole in focus of an aplanatic objective: the back focal plane fields of its x, y and z components are
transformed one by one and their intensities added (Novotny and Hecht, Principles of Nano-Optics, 2nd ed., chapter 3 and
10.6; the collected field carries 1/sqrt(cos theta)).
"""
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RectBivariateSpline

FINE = 8       # samples per pixel
FIELD = 40     # px
RADIUS = 12    # px painted around an emitter


@dataclass(frozen=True)
class Optics:
    """An objective and its faults. Zernike coefficients in rad rms: astigmatism, coma, spherical, trefoil."""

    aperture: float = 1.45
    index: float = 1.518
    wavelength_nm: float = 670.0
    pixel_nm: float = 100.0
    astigmatism: float = 0.0
    coma: float = 0.0
    spherical: float = 0.0
    trefoil: float = 0.0
    label_nm: float = 0.0  # diameter of a bead


def psf(o: Optics, z_nm: float):
    """Spline of the pixel-integrated PSF, to be asked for offsets from the emitter in px; sums to 1 over pixels."""
    n = FIELD * FINE
    step = o.pixel_nm / FINE
    f = np.fft.fftfreq(n, step)
    fx, fy = f[None, :], f[:, None]
    f2 = fx ** 2 + fy ** 2
    sin2 = f2 * (o.wavelength_nm / o.index) ** 2
    rho = np.sqrt(f2) * o.wavelength_nm / o.aperture
    inside = np.clip((1 - rho) * o.aperture / o.wavelength_nm * n * step + 0.5, 0, 1)
    cos = np.sqrt(np.clip(1 - sin2, 1e-3, 1))
    sin = np.sqrt(np.clip(sin2, 0, 1))
    angle = np.arctan2(fy, fx)
    c, s = np.cos(angle), np.sin(angle)
    phase = 2 * np.pi * o.index / o.wavelength_nm * z_nm * cos
    phase = phase + o.astigmatism * np.sqrt(6) * rho ** 2 * np.cos(2 * angle)
    phase = phase + o.coma * np.sqrt(8) * (3 * rho ** 3 - 2 * rho) * c
    phase = phase + o.spherical * np.sqrt(5) * (6 * rho ** 4 - 6 * rho ** 2 + 1)
    phase = phase + o.trefoil * np.sqrt(8) * rho ** 3 * np.cos(3 * angle)
    pupil = inside / np.sqrt(cos) * np.exp(1j * phase)
    fields = (cos * c * c + s * s, (cos - 1) * s * c, cos * s * s + c * c, -sin * c, -sin * s)
    weights = (1, 2, 1, 1, 1)  # the mixed component occurs for the x and for the y dipole
    image = sum(w * np.abs(np.fft.fft2(pupil * g)) ** 2 for w, g in zip(weights, fields))
    transfer = np.fft.fft2(image) * np.sinc(fx * o.pixel_nm) * np.sinc(fy * o.pixel_nm)
    if o.label_nm:
        transfer = transfer * _ball(np.pi * o.label_nm * np.sqrt(f2))
    image = np.fft.fftshift(np.fft.ifft2(transfer).real)
    image = np.clip(image, 0, None) / (image.sum() / FINE ** 2)
    at = (np.arange(n) - n // 2) / FINE
    # Where a lopsided PSF "is" is a matter of convention: here the centroid of its square, that is of its core.
    square = image ** 2
    dx, dy = (square.sum(0) * at).sum() / square.sum(), (square.sum(1) * at).sum() / square.sum()
    return RectBivariateSpline(at - dy, at - dx, image)


def _ball(q):
    """Fourier transform of a filled ball seen in projection, 1 at 0; q = pi * diameter * frequency."""
    q = np.maximum(q, 1e-4)
    return 3 * (np.sin(q) - q * np.cos(q)) / q ** 3


def paint(image, spline, x, y, photons):
    """Add an emitter at x, y px to image [y, x]."""
    h, w = image.shape
    c0, c1 = max(int(x) - RADIUS, 0), min(int(x) + RADIUS + 1, w)
    r0, r1 = max(int(y) - RADIUS, 0), min(int(y) + RADIUS + 1, h)
    if c0 < c1 and r0 < r1:
        image[r0:r1, c0:c1] += photons * spline(np.arange(r0, r1) + 0.5 - y, np.arange(c0, c1) + 0.5 - x)
