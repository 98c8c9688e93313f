"""Drawing points with sub-pixel positions, and blur."""
import numpy as np
from scipy.ndimage import gaussian_filter


def splat(x, y, weight, size: int):
    """Sum of points on a grid, each shared bilinearly by four pixels; pixel i's centre is at i + 0.5."""
    x, y = np.ravel(x) - 0.5, np.ravel(y) - 0.5
    weight = np.broadcast_to(weight, x.shape) if np.ndim(weight) == 0 else np.ravel(weight)
    inside = (x > 0) & (x < size - 1) & (y > 0) & (y < size - 1)
    x, y, weight = x[inside], y[inside], weight[inside]
    i, j = x.astype(int), y.astype(int)
    u, v = x - i, y - j
    at = j * size + i
    image = np.zeros(size * size)
    for step, share in ((0, (1 - u) * (1 - v)), (1, u * (1 - v)), (size, (1 - u) * v), (size + 1, u * v)):
        image += np.bincount(at + step, weight * share, size * size)
    return image.reshape(size, size)


SHARPEST = 0.8  # fine px: sigma under which every sample is drawn


def blur(image, sigma: float = SHARPEST):
    """Gaussian blur; sigma in fine px."""
    return gaussian_filter(image, sigma, mode="constant", truncate=3.5)


def smooth_field(rng, size: int, sigma: float):
    """Gaussian random field of correlation length about sigma fine px: mean 0, standard deviation 1."""
    coarse = max(int(size / max(sigma / 2, 1)) + 8, 8)
    field = gaussian_filter(rng.standard_normal((coarse, coarse)), 2.0, mode="wrap")
    at = np.linspace(2, coarse - 6, size)
    i = at.astype(int)
    u = at - i
    rows = field[i] * (1 - u)[:, None] + field[i + 1] * u[:, None]
    whole = rows[:, i] * (1 - u) + rows[:, i + 1] * u
    return (whole - whole.mean()) / (whole.std() + 1e-9)
