"""Spots and clusters: single molecules' worth of blobs, uniform or clustered, of widely different brightness."""
import numpy as np

from .drawing import SHARPEST, blur, splat


def points(rng, size: int):
    count = int(np.exp(rng.uniform(np.log(60), np.log(6000))))
    x, y = rng.uniform(0, size, (2, count))
    if rng.random() < 0.6:  # clusters, each with its own width
        groups = int(rng.integers(3, 80))
        cx, cy = rng.uniform(0, size, (2, groups))
        width = np.exp(rng.uniform(np.log(2), np.log(30), groups))
        which = rng.integers(0, groups, count)
        part = rng.random(count) < rng.uniform(0.5, 1.0)
        x = np.where(part, cx[which] + width[which] * rng.standard_normal(count), x)
        y = np.where(part, cy[which] + width[which] * rng.standard_normal(count), y)
    weight = np.exp(rng.normal(0, rng.uniform(0.1, 1.0), count))
    sigma = SHARPEST if rng.random() < 0.7 else rng.uniform(SHARPEST, 2.5)
    return blur(splat(x, y, weight, size), sigma).astype(np.float32)
