"""Vesicles and organelles: discs and rims of many sizes, a few elongated."""
import numpy as np

from .drawing import blur, splat


def vesicles(rng, size: int):
    count = int(np.exp(rng.uniform(np.log(15), np.log(250))))
    largest = np.exp(rng.uniform(np.log(3), np.log(22)))  # fine px
    per = int(np.clip(40 * largest, 150, 900))
    radius = largest * rng.uniform(0.3, 1.0, (count, 1))
    elongation = np.exp(np.abs(rng.normal(0, rng.choice([0.05, 0.6]), (count, 1))))
    turn = rng.uniform(0, np.pi, (count, 1))
    around = rng.uniform(0, 2 * np.pi, (count, per))
    # A sphere's surface projects to sqrt(1 - u^2); a disc to sqrt(u); a thin rim to about 1.
    u = rng.random((count, per))
    kind = rng.integers(0, 3)
    reach = (np.sqrt(1 - u * u), np.sqrt(u), 1 - 0.12 * u)[kind]
    a, b = radius * reach * np.cos(around) * elongation, radius * reach * np.sin(around)
    x = rng.uniform(0, size, (count, 1)) + a * np.cos(turn) - b * np.sin(turn)
    y = rng.uniform(0, size, (count, 1)) + a * np.sin(turn) + b * np.cos(turn)
    weight = np.exp(rng.normal(0, 0.5, (count, 1))) * radius ** rng.uniform(0.5, 2.0) / per
    image = splat(x, y, np.broadcast_to(weight, x.shape), size)
    return blur(image, rng.uniform(0.6, 1.3)).astype(np.float32)
