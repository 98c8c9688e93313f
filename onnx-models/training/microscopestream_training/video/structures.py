"""Living structures as points that move: filaments that drift, bend, grow and shrink; networks like ER; vesicles.

Every function returns (position [slices, n, 2], weight [slices, n]); weight is px of structure length per point, so that a
single filament has weight 1 per px.
"""
import numpy as np
from scipy.spatial import Voronoi

from .motion import paths

SPACING = 0.5  # px between points along a line
BEND_MODES = 4  # cosine modes of a filament's displacement: drift, rotation and stretch, two of bending


def filaments(rng, size: int, slices: int, speed: float, count=None, dynamic=None):
    """dynamic: part of the filaments whose ends grow and shrink; drawn when None, as is count."""
    count = count or int(np.exp(rng.uniform(np.log(3), np.log(14)) * (size / 128)))
    dynamic = rng.uniform(0, 1) if dynamic is None else dynamic
    positions, weights = [], []
    memory = np.exp(rng.uniform(np.log(5), np.log(80)))
    stiffness = np.exp(rng.uniform(np.log(0.01), np.log(0.05)))
    for _ in range(count):
        n = int(rng.uniform(0.4, 1.5) * size / SPACING)
        angle = rng.uniform(0, 2 * np.pi) + np.cumsum(stiffness * np.sqrt(SPACING) * rng.standard_normal(n))
        line = np.cumsum(SPACING * np.stack((np.cos(angle), np.sin(angle)), 1), 0)
        line += rng.uniform(0, size, 2) - line[n // 2]
        s = np.linspace(0, 1, n)
        modes = np.cos(np.pi * np.arange(BEND_MODES)[:, None] * s)  # [modes, n]
        each = speed / (1 + np.arange(BEND_MODES)).repeat(2)
        moved = paths(rng, 2 * BEND_MODES, slices, each / np.sqrt(2), memory).reshape(slices, BEND_MODES, 2)
        positions.append(line + np.einsum("tmc,mn->tnc", moved, modes))
        weight = np.full((slices, n), SPACING * np.exp(rng.normal(0, 0.25)))
        if rng.random() < dynamic:
            tip = rng.uniform(0.3, 0.9) + paths(rng, 1, slices, rng.uniform(1, 3) * speed / (n * SPACING), memory)
            grown = np.clip((tip - s) * n * SPACING + 0.5, 0, 1)  # the end lies within a pixel
            weight = weight * (grown if rng.random() < 0.5 else grown[:, ::-1])
        weights.append(weight)
    return np.concatenate(positions, 1), np.concatenate(weights, 1)


def networks(rng, size: int, slices: int, speed: float):
    """A mesh whose corners wander and whose tubules come and go."""
    cells = int(np.exp(rng.uniform(np.log(10), np.log(50))) * (size / 128) ** 2) + 6
    mesh = Voronoi(rng.uniform(-0.25 * size, 1.25 * size, (cells, 2)))
    edges = np.array([r for r in mesh.ridge_vertices if min(r) >= 0])
    length = np.hypot(*(mesh.vertices[edges[:, 1]] - mesh.vertices[edges[:, 0]]).T)
    edges, length = edges[length < size], length[length < size]
    memory = np.exp(rng.uniform(np.log(5), np.log(80)))
    corners = mesh.vertices + paths(rng, 2 * len(mesh.vertices), slices, speed / np.sqrt(2), memory).reshape(slices, -1, 2)
    per = np.maximum((length / SPACING).astype(int), 2)
    which = np.repeat(np.arange(len(edges)), per)
    t = ((np.arange(len(which)) - np.repeat(np.cumsum(per) - per, per) + 0.5) / per[which])[:, None]
    a, b = corners[:, edges[:, 0]], corners[:, edges[:, 1]]
    across = np.stack((a[..., 1] - b[..., 1], b[..., 0] - a[..., 0]), -1)
    bend = rng.normal(0, 0.1, len(edges)) + paths(rng, len(edges), slices, 0.5 * speed / np.maximum(length, 4), memory)
    p = a[:, which] + t * (b - a)[:, which] + (bend[..., None] * across)[:, which] * (4 * t * (1 - t))
    alive = np.ones((slices, len(edges)))
    fading = rng.random(len(edges)) < rng.uniform(0, 0.4)
    alive[:, fading] = np.clip(0.5 + paths(rng, int(fading.sum()), slices, 0.02 + 0.1 * speed, memory)
                               + rng.normal(0, 1, int(fading.sum())), 0, 1)
    return p, alive[:, which] * SPACING


def vesicles(rng, size: int, slices: int, speed: float):
    """Discs and rings of 1 to 4 px radius on directed and diffusive ways."""
    count = int(np.exp(rng.uniform(np.log(5), np.log(60))) * (size / 128) ** 2)
    points = 24
    memory = np.exp(rng.uniform(np.log(3), np.log(40)))
    centre = rng.uniform(-0.1 * size, 1.1 * size, (count, 2)) + (
        paths(rng, 2 * count, slices, speed / np.sqrt(2), memory)
        + paths(rng, 2 * count, slices, 0.3 * speed, 0.01)).reshape(slices, count, 2)
    radius = rng.uniform(1.0, 4.0, count)
    angle = rng.uniform(0, 2 * np.pi, (count, points))
    across = np.ones((count, points)) if rng.random() < 0.5 else np.sqrt(rng.random((count, points)))
    offset = (radius[:, None] * across)[..., None] * np.stack((np.cos(angle), np.sin(angle)), -1)
    p = centre[:, :, None] + offset
    weight = np.broadcast_to((radius * rng.uniform(1, 3) / points)[:, None] * 4, (slices, count, points))
    return p.reshape(slices, -1, 2), weight.reshape(slices, -1)


KINDS = {"filaments": filaments, "networks": networks, "vesicles": vesicles}


def draw(rng, size: int, slices: int, speed: float, shares: dict, mixed: float):
    """One sample of a random kind; with probability `mixed` a second kind is laid over it."""
    names = sorted(shares)
    p = np.array([shares[n] for n in names], float)
    first, second = rng.choice(names, 2, p=p / p.sum())
    out = KINDS[first](rng, size, slices, speed)
    if first != second and rng.random() < mixed:
        other = KINDS[second](rng, size, slices, speed)
        out = tuple(np.concatenate(pair, 1) for pair in zip(out, other))
    return out
