"""Cramer-Rao bounds of pixel-integrated Gaussian spots under Poisson and read noise.

Fisher information of a pixel of mean m and read variance r is taken as 1/(m + r), the usual sCMOS approximation.
"""
import numpy as np
import torch
from scipy.special import erf

from ..simulator import astigmatism, spline


def _axis(position, sigma, size):
    edges = np.arange(size + 1)[None] - position[:, None]
    cumulative = 0.5 * erf(edges / (sigma * np.sqrt(2)))
    density = np.exp(-0.5 * (edges / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    return np.diff(cumulative, axis=1), -np.diff(density, axis=1)


def frame_bound(x, y, photons, sigma, size, background, read_noise):
    """Standard deviations (x, y) in px [n, 2] of one frame's emitters fitted jointly with photons and background."""
    gx, dx = _axis(np.asarray(x), sigma, size)
    gy, dy = _axis(np.asarray(y), sigma, size)
    n = len(gx)
    spot = gy[:, :, None] * gx[:, None]
    by_x, by_y = photons[:, None, None] * gy[:, :, None] * dx[:, None], photons[:, None, None] * dy[:, :, None] * gx[:, None]
    jacobian = np.concatenate((by_x, by_y, spot, np.ones((1, size, size)))).reshape(3 * n + 1, -1)
    variance = (photons[:, None, None] * spot).sum(0) + background + read_noise ** 2
    covariance = np.linalg.pinv((jacobian / variance.ravel()) @ jacobian.T, hermitian=True)
    d = np.sqrt(np.clip(np.diag(covariance)[:2 * n], 0, None))
    return np.stack((d[:n], d[n:]), 1)


def astigmatic_bound(depth, z, photons, background, read_noise, pixel_nm, size=25):
    """Standard deviations (x, y, z) in nm of one emitter at depth z nm, fitted with photons and background; mean over
    places in the pixel. depth: a recipe's section: curves `x` and `y` of the widths, or the measured PSF `psf`."""
    image = _spline_image(depth["psf"], size) if "psf" in depth else _curves_image(depth, pixel_nm, size)
    total, places = np.zeros(3), (0.0, 0.25, 0.5)
    for x in size / 2 + np.array(places):
        for y in size / 2 + np.array(places):
            # Central differences over steps well below the PSF's own scale, well above rounding.
            by_x = (image(x + 0.02, y, z) - image(x - 0.02, y, z)) / 0.04 / pixel_nm
            by_y = (image(x, y + 0.02, z) - image(x, y - 0.02, z)) / 0.04 / pixel_nm
            by_z = (image(x, y, z + 2.0) - image(x, y, z - 2.0)) / 4.0
            spot = image(x, y, z)
            jacobian = np.stack((photons * by_x, photons * by_y, photons * by_z, spot, np.ones(size * size)))
            total += np.diag(np.linalg.inv((jacobian / (photons * spot + background + read_noise ** 2)) @ jacobian.T))[:3]
    return np.sqrt(total / len(places) ** 2)


def _curves_image(depth, pixel_nm, size):
    def image(x, y, z):
        sx, sy = (float(astigmatism.width(depth[a], torch.tensor(z, dtype=torch.float64))) / pixel_nm for a in ("x", "y"))
        return (_axis(np.array([y]), sy, size)[0][0][:, None] * _axis(np.array([x]), sx, size)[0][0][None]).ravel()
    return image


def _spline_image(section, size):
    coefficients = spline.read(section).double()

    def image(x, y, z):
        at = [torch.tensor([[v]], dtype=torch.float64) for v in (x, y, z)]
        return spline.render(coefficients, section, *at, torch.ones(1, 1, 1, dtype=torch.float64), size).ravel().numpy()
    return image
