"""Vesicles and organelles: filled balls, hollow spheres and thin rims of many sizes, some elongated, some cut by the border."""
import numpy as np

from .drawing import blur


def vesicles(rng, size: int):
    count = int(np.exp(rng.uniform(np.log(15), np.log(250))))
    largest = np.exp(rng.uniform(np.log(3), np.log(22)))  # fine px
    stretch = rng.choice([0.05, 0.6])
    profile = (_ball, _shell, _rim)[rng.integers(0, 3)]
    power = rng.uniform(-1.0, 0.5)
    image = np.zeros((size, size))
    for _ in range(count):
        short = largest * rng.uniform(0.3, 1.0)
        long = short * np.exp(abs(rng.normal(0, stretch)))
        x, y = rng.uniform(0, size, 2)
        turn = rng.uniform(0, np.pi)
        reach = int(long) + 3
        left, top = max(int(x) - reach, 0), max(int(y) - reach, 0)
        across = np.arange(left, min(int(x) + reach + 1, size)) + 0.5 - x
        down = np.arange(top, min(int(y) + reach + 1, size))[:, None] + 0.5 - y
        u = (across * np.cos(turn) + down * np.sin(turn)) / long
        v = (down * np.cos(turn) - across * np.sin(turn)) / short
        one = profile(np.hypot(u, v), short)
        image[top:top + one.shape[0], left:left + one.shape[1]] += one * np.exp(rng.normal(0, 0.5)) * short ** power
    return blur(image).astype(np.float32)


def _ball(rho, radius):
    return np.sqrt(np.clip(1 - rho * rho, 0, None))


def _shell(rho, radius):
    """Projection of a sphere's surface, one pixel thick."""
    inner = np.clip(1 - 1 / radius, 0, None)
    return _ball(rho, radius) - inner * _ball(rho / max(inner, 1e-3), radius)


def _rim(rho, radius):
    return np.exp(-0.5 * ((rho - 1) * radius / 0.6) ** 2)
