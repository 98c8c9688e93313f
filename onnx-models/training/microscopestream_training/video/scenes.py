"""Localizations of blinking molecules on moving structures, their maps over time slices, and the true density."""
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from .structures import draw

FRAMES = 10  # camera frames per slice, for the time of a localization within it
TRUTH_SIGMA = 1.0  # px by which the true structure is blurred
# A straight filament of weight 1 per px has a peak of 1 in the truth.
TRUTH_SCALE = TRUTH_SIGMA * np.sqrt(2 * np.pi)


@dataclass
class Scene:
    """maps and truth [slices, size, size]; table of localizations: slice, x, y, sigma (px, as reported)."""

    maps: np.ndarray
    truth: np.ndarray
    slice: np.ndarray
    x: np.ndarray
    y: np.ndarray
    sigma: np.ndarray


def weight_of(sigma):
    """Weight of a localization in the map: 1 / (1 + (sigma / px)^2)."""
    return 1.0 / (1.0 + np.square(sigma))


def splat(t, x, y, weight, slices: int, size: int):
    """Bilinear deposit of weights into [slices, size, size]; pixel i's centre is i + 0.5. What falls outside is lost."""
    x, y = x - 0.5, y - 0.5
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - x0, y - y0
    out = np.zeros(slices * size * size)
    for dy, wy in ((0, 1 - fy), (1, fy)):
        for dx, wx in ((0, 1 - fx), (1, fx)):
            xi, yi = x0 + dx, y0 + dy
            inside = (xi >= 0) & (xi < size) & (yi >= 0) & (yi < size)
            out += np.bincount(((t * size + yi) * size + xi)[inside], (weight * wx * wy)[inside], len(out))
    return out.reshape(slices, size, size)


def true_density(position, weight, size: int):
    """[slices, size, size] float32: the structure at the middle of every slice, blurred by TRUTH_SIGMA."""
    slices, n = weight.shape
    t = np.repeat(np.arange(slices), n)
    image = splat(t, position[..., 0].ravel(), position[..., 1].ravel(), weight.ravel(), slices, size)
    return (TRUTH_SCALE * gaussian_filter(image, (0, TRUTH_SIGMA, TRUTH_SIGMA))).astype(np.float32)


def _events(rng, position, weight, rate, burst, activity):
    """Blinking: (slice and frame at which a molecule turns on, which molecule, frames for which it stays)."""
    slices = len(weight)
    starts, which = [], []
    total = weight.sum(1)
    for t in range(slices):
        p = np.cumsum(weight[t] * activity)
        count = rng.poisson(rate * total[t] / burst)
        if count and p[-1] > 0:
            which.append(np.minimum(np.searchsorted(p, rng.random(count) * p[-1], side="right"), len(p) - 1))
            starts.append(t * FRAMES + rng.integers(0, FRAMES, count))
    if not which:
        return (np.zeros(0, int),) * 3
    which, starts = np.concatenate(which), np.concatenate(starts)
    return starts, which, rng.geometric(1.0 / burst, len(which))


def localize(rng, position, weight, size: int, rate: float, s: dict):
    """Table (slice, x, y, reported sigma). rate: localizations per slice and px of structure; s: ranges, see the recipes."""
    slices, n = weight.shape
    burst = rng.uniform(*s["burst_frames"])
    molecules = rng.random(n) < rng.uniform(*s["labelled"])
    activity = molecules * rng.gamma(1.0 / rng.uniform(*s["patchiness"]), 1.0, n) + 1e-6
    start, which, length = _events(rng, position, weight, rate, burst, activity)
    frame = np.repeat(start, length) + np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    which = np.repeat(which, length)
    seen = frame < slices * FRAMES
    frame, which = frame[seen], which[seen]
    t = frame // FRAMES
    within = ((frame % FRAMES) + 0.5) / FRAMES - 0.5
    velocity = np.gradient(position, axis=0) if slices > 1 else np.zeros_like(position)
    p = position[t, which] + within[:, None] * velocity[t, which]
    sigma = np.exp(rng.uniform(*np.log(s["precision"]))) * np.exp(0.3 * rng.standard_normal(len(t)))
    blunder = rng.random(len(t)) < rng.uniform(*s["blunders"])
    wide = np.where(blunder, rng.uniform(1.5, 4.0, len(t)), 0.0)
    p = p + np.hypot(sigma, wide)[:, None] * rng.standard_normal(p.shape)
    # A blunder (overlapping emitters) may report a wide sigma or none the wiser.
    sigma = np.where(blunder & (rng.random(len(t)) < 0.5), np.hypot(sigma, wide), sigma) * np.exp(0.15 * rng.standard_normal(len(t)))
    false = rng.poisson(rng.uniform(*s["false"]) * len(t) + rng.uniform(0, s["false_floor"]) * slices * (size / 128) ** 2)
    t = np.concatenate((t, rng.integers(0, slices, false)))
    p = np.concatenate((p, rng.uniform(0, size, (false, 2))))
    sigma = np.concatenate((sigma, np.exp(rng.uniform(np.log(0.4), np.log(2.0), false))))
    return t, p[:, 0], p[:, 1], sigma


def observe(rng, position, weight, size: int, rate: float, s: dict) -> Scene:
    t, x, y, sigma = localize(rng, position, weight, size, rate, s)
    maps = splat(t, x, y, weight_of(sigma), len(weight), size).astype(np.float32)
    return Scene(maps, true_density(position, weight, size), t, x, y, sigma)


def simulate(rng, s: dict, slices: int) -> Scene:
    """s: "simulation" of a recipe."""
    speed = 0.0 if rng.random() < s["still"] else np.exp(rng.uniform(*np.log(s["speed"])))
    position, weight = draw(rng, s["size"], slices, speed, s["structures"], s["mixed"])
    return observe(rng, position, weight, s["size"], np.exp(rng.uniform(*np.log(s["rate"]))), s)
