"""Nuclear-pore-like rings of eight corners, about 110 nm across on fine pixels of 40 nm, on patches of a nucleus."""
import numpy as np

from .drawing import blur, splat


def pores(rng, size: int):
    spacing = rng.uniform(5, 14)  # fine px between neighbouring pores, on average
    count = int(size * size / spacing ** 2)
    x, y = rng.uniform(0, size, (2, count, 1))
    if rng.random() < 0.5:  # gathered on round nuclei
        cx, cy = rng.uniform(0.2 * size, 0.8 * size, (2, 1, 3))
        inside = (np.hypot(x - cx, y - cy) < size * rng.uniform(0.15, 0.3)).any(1)
        x, y = x[inside], y[inside]
    radius = rng.uniform(1.2, 2.0) * np.exp(0.05 * rng.standard_normal(x.shape))
    corner = rng.uniform(0, 2 * np.pi, x.shape) + np.arange(8) * np.pi / 4
    labelled = rng.random((len(x), 8)) < rng.uniform(0.6, 1.0)
    image = splat(x + radius * np.cos(corner), y + radius * np.sin(corner), labelled.astype(float), size)
    return blur(image).astype(np.float32)
