"""A pool of samples, drawn once and kept on disk: patterns, light and noise are then drawn anew for every use."""
import json
import os

import numpy as np
from scipy.ndimage import gaussian_filter

from .structures import TRAINED

WIDEFIELD_SIGMA = 2.2  # fine px: about the PSF of the middle of the domain, to set the light level


def draw(kinds: dict, names, rng, size: int):
    """One sample [size, size] of a class in names, or of two classes added (a fifth), scaled to a light level of 1.

    Light level 1: the 99.9th percentile of its widefield image is 1.
    """
    image = kinds[rng.choice(names)](rng, size)
    if len(names) > 1 and rng.random() < 0.2:
        other = kinds[rng.choice(names)](rng, size)
        image = image / (image.max() + 1e-9) + rng.uniform(0.2, 1.0) * other / (other.max() + 1e-9)
    level = np.percentile(gaussian_filter(image, WIDEFIELD_SIGMA), 99.9)
    return (image / level).astype(np.float32) if level > 1e-6 else draw(kinds, names, rng, size)


def make(folder: str, count: int, size: int, seed: int):
    """The pool [count, size, size], float16, memory-mapped; made unless the same lies in folder already."""
    os.makedirs(folder, exist_ok=True)
    facts = dict(count=count, size=size, seed=seed, classes=sorted(TRAINED))
    array, note = os.path.join(folder, "pool.npy"), os.path.join(folder, "pool.json")
    if not (os.path.exists(note) and json.load(open(note, encoding="utf-8")) == facts):
        rng = np.random.default_rng(seed)
        pool = np.lib.format.open_memmap(array, "w+", np.float16, (count, size, size))
        for i in range(count):
            pool[i] = np.minimum(draw(TRAINED, facts["classes"], rng, size), 60000)
        pool.flush()
        with open(note, "w", encoding="utf-8") as f:
            json.dump(facts, f)
    return np.load(array, mmap_mode="r")


def crops(pool, rng, count: int, edge: int):
    """Random crops [count, edge, edge], turned and mirrored; nearly empty ones are drawn again."""
    out = np.empty((count, edge, edge), np.float32)
    n, size, _ = pool.shape
    for i in range(count):
        for _ in range(5):
            y, x = rng.integers(0, size - edge + 1, 2)
            crop = pool[rng.integers(n), y:y + edge, x:x + edge].astype(np.float32)
            if crop.mean() > 0.01:
                break
        crop = np.rot90(crop, rng.integers(4))
        out[i] = crop[:, ::-1] if rng.random() < 0.5 else crop
    return out
