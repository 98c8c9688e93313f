"""Smooth random motion: Ornstein-Uhlenbeck velocities, summed up."""
import numpy as np


def paths(rng, count: int, slices: int, speed, memory):
    """Displacements [slices, count], zero in the middle; speed: rms px per slice, memory: slices for which a velocity lasts."""
    keep = np.exp(-1.0 / np.broadcast_to(memory, (count,)))
    v = rng.standard_normal(count)
    kicks = rng.standard_normal((slices, count)) * np.sqrt(1 - keep ** 2)
    velocity = np.empty((slices, count))
    for t in range(slices):
        v = keep * v + kicks[t]
        velocity[t] = v
    out = np.cumsum(velocity * speed, 0)
    return out - out[slices // 2]
