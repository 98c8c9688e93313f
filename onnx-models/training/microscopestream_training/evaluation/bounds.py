"""Cramer-Rao bounds of pixel-integrated Gaussian spots under Poisson and read noise.

Fisher information of a pixel of mean m and read variance r is taken as 1/(m + r), the usual sCMOS approximation.
"""
import numpy as np
from scipy.special import erf


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
