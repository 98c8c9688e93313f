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


def astigmatic_bound(depth, z, photons, background, read_noise, pixel_nm, size=25):
    """Standard deviations (x, y, z) in nm of one emitter at depth z nm, fitted with photons and background; mean over
    places in the pixel. depth: curves `x` and `y` of the widths (see `simulator.astigmatism`)."""
    import torch
    from ..simulator.astigmatism import width
    total = np.zeros(3)
    places = (0.0, 0.25, 0.5)
    for px in places:
        for py in places:
            def image(dx=0.0, dy=0.0, dz=0.0):
                sx, sy = (float(width(depth[a], torch.tensor(z + dz, dtype=torch.float64))) / pixel_nm for a in ("x", "y"))
                gx, _ = _axis(np.array([size / 2 + px + dx]), sx, size)
                gy, _ = _axis(np.array([size / 2 + py + dy]), sy, size)
                return (gy[0][:, None] * gx[0][None]).ravel()
            h = 1e-3
            by_x = photons * (image(dx=h) - image(dx=-h)) / (2 * h) / pixel_nm
            by_y = photons * (image(dy=h) - image(dy=-h)) / (2 * h) / pixel_nm
            by_z = photons * (image(dz=0.5) - image(dz=-0.5))
            jacobian = np.stack((by_x, by_y, by_z, image(), np.ones(size * size)))
            variance = photons * image() + background + read_noise ** 2
            total += np.diag(np.linalg.inv((jacobian / variance) @ jacobian.T))[:3]
    return np.sqrt(total / len(places) ** 2)
