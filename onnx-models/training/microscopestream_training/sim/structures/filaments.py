"""Microtubule- and actin-like filaments: persistent random walks, single or in bundles, evenly or patchily labelled."""
import numpy as np

from .drawing import blur, splat

STEP = 0.4  # fine px between drawn points


def filaments(rng, size: int):
    count = int(np.exp(rng.uniform(np.log(8), np.log(110))))
    length = rng.uniform(0.5, 1.6) * size
    steps = int(length / STEP)
    stiffness = np.exp(rng.uniform(np.log(0.002), np.log(0.02)))  # bending per step, radians
    main = rng.uniform(0, np.pi)
    spread = rng.choice([0.15, 0.6, 3.0])  # aligned, loosely aligned, isotropic
    angle = main + spread * rng.standard_normal((count, 1)) + np.cumsum(stiffness * rng.standard_normal((count, steps)), 1)
    middle = steps // 2
    x, y = np.cumsum(STEP * np.cos(angle), 1), np.cumsum(STEP * np.sin(angle), 1)
    x += rng.uniform(0, size, (count, 1)) - x[:, middle:middle + 1]
    y += rng.uniform(0, size, (count, 1)) - y[:, middle:middle + 1]
    brightness = np.exp(rng.normal(0, rng.uniform(0.05, 0.5), (count, 1)))
    if rng.random() < 0.35:  # parallel neighbours, two to six fine px apart
        shift = rng.uniform(2, 6, (count, 1)) * rng.choice([-1, 1], (count, 1))
        x = np.concatenate((x, x - shift * np.sin(angle)))
        y = np.concatenate((y, y + shift * np.cos(angle)))
        brightness = np.concatenate((brightness, brightness))
    weight = np.broadcast_to(brightness, x.shape)
    if rng.random() < 0.5:  # patchy labelling, alike over a few fine px
        patches = rng.gamma(1 / rng.uniform(0.1, 1.0), 1.0, (len(x), steps // 8 + 1))
        weight = weight * np.repeat(patches, 8, 1)[:, :steps]
    width = rng.uniform(0.0, 0.4)
    image = splat(x + width * rng.standard_normal(x.shape), y + width * rng.standard_normal(y.shape), weight, size)
    return blur(image).astype(np.float32)
