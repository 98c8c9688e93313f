"""Meshes such as the endoplasmic reticulum: bent edges between the corners of a Voronoi tessellation."""
import numpy as np
from scipy.spatial import Voronoi

from .drawing import blur, splat


def networks(rng, size: int):
    cells = int(np.exp(rng.uniform(np.log(60), np.log(700))))
    mesh = Voronoi(rng.uniform(-0.1 * size, 1.1 * size, (cells, 2)))
    edges = np.array([r for r in mesh.ridge_vertices if min(r) >= 0])
    a, b = mesh.vertices[edges[:, 0]], mesh.vertices[edges[:, 1]]
    length = np.hypot(*(b - a).T)
    keep = (length < size) & (rng.random(len(length)) < rng.uniform(0.7, 1.0))
    a, b, length = a[keep], b[keep], length[keep]
    per = np.maximum((length / 0.3).astype(int), 2)
    which = np.repeat(np.arange(len(a)), per)
    t = ((np.arange(len(which)) - np.repeat(np.cumsum(per) - per, per) + 0.5) / per[which])[:, None]
    across = np.stack((a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]), 1)
    bend = rng.normal(0, 0.12, (len(a), 1))
    p = a[which] + t * (b - a)[which] + (bend * across)[which] * (4 * t * (1 - t))
    p = p + rng.uniform(0, 0.4) * rng.standard_normal(p.shape)
    image = splat(p[:, 0], p[:, 1], np.exp(rng.normal(0, 0.25, len(a)))[which], size)
    return blur(image).astype(np.float32)
