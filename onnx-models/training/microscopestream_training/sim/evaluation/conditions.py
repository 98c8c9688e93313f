"""Test acquisitions with known truth and parameters, from seeds apart from training."""
from dataclasses import dataclass

import numpy as np
import torch

from ...simulator.camera import expose
from ...simulator.sampling import Draw
from .. import forward, optics, pool
from ..patterns import Patterns
from ..scenes import MARGIN

SEED = 990_501   # training seeds are far from it
SIZE = 192       # raw px


@dataclass
class Condition:
    """photons: 99.9th percentile of the sample's widefield image, per raw px and frame; background on top of it."""

    photons: float = 1000.0
    angles: int = 3
    phases: int = 3
    beams: int = 2
    na: float = 1.4
    wavelength_um: float = 0.525
    pixel_um: float = 0.080
    period_um: float = 0.210      # of the finest order
    turn_deg: float = 10.0
    separation_deg: float = 60.0
    modulation: float = 0.8       # of the finest order; with three beams order 1 has 0.5
    background_part: float = 0.02
    read_noise: float = 1.5


@dataclass
class Acquisition:
    """frames [angles, phases, y, x] photons, expected: the same without noise, angle-major [n, y, x], truth [2 y, 2 x]
    photons (through the ideal OTF of twice the cutoff), sample: the same without that OTF, and what made them."""

    frames: np.ndarray
    expected: np.ndarray
    truth: np.ndarray
    sample: np.ndarray
    patterns: Patterns
    read_noise: float
    kind: str

    def one_phase(self):
        """The first phase of each angle, [angles, y, x]."""
        return self.frames[:, 0]

    def all_frames(self):
        """Angle-major, [angles x phases, y, x]."""
        return self.frames.reshape(-1, *self.frames.shape[-2:])


def known_patterns(c: Condition, phase_offset: float) -> Patterns:
    """Ideal patterns: equal phase steps, no drift, equal light."""
    n = c.angles * c.phases
    turn = np.radians(c.turn_deg + c.separation_deg * np.repeat(np.arange(c.angles), c.phases))
    length = c.pixel_um / c.period_um / (2 if c.beams == 3 else 1)
    carrier = length * np.stack((np.cos(turn), np.sin(turn)), -1)
    phase = phase_offset * (1 + np.repeat(np.arange(c.angles), c.phases)) + 2 * np.pi / c.phases * np.tile(np.arange(c.phases), c.angles)
    depth = np.tile([c.modulation, 0.0] if c.beams == 2 else [0.5, c.modulation], (n, 1))

    def tensor(v):
        return torch.as_tensor(np.asarray(v), dtype=torch.float32)[None]
    return Patterns(tensor(optics.cutoff(c.na, c.wavelength_um, c.pixel_um)), tensor(1.0), tensor(carrier), tensor(phase),
                    tensor(depth), torch.ones(1, n), torch.zeros(1, n, 2))


def acquire(c: Condition, kinds: dict, name: str, index: int) -> Acquisition:
    """The index-th test field of a class; the same sample, patterns and place whatever the light."""
    rng = np.random.default_rng([SEED, index, sorted(kinds).index(name)])
    edge = 2 * (SIZE + 2 * MARGIN)
    sample = pool.draw(kinds, [name], rng, 512)
    at = (512 - edge) // 2
    sample = torch.from_numpy(np.ascontiguousarray(sample[at:at + edge, at:at + edge]))[None]
    p = known_patterns(c, rng.uniform(0, 2 * np.pi))
    m = MARGIN
    expected = forward.expected_frames(sample, p, m)[..., m:-m, m:-m].clamp(min=0) * c.photons + c.background_part * c.photons
    draw = Draw(SEED + 31 * index + sorted(kinds).index(name))
    noisy = expose(draw, expected, torch.tensor([c.read_noise]), torch.tensor([False]))
    inside = (0, slice(2 * m, -2 * m), slice(2 * m, -2 * m))
    truth, drawn = (image[inside].numpy() * c.photons for image in (forward.truth(sample, p), sample))
    frames = noisy[0].numpy().reshape(c.angles, c.phases, SIZE, SIZE)
    return Acquisition(frames, expected[0].numpy(), truth, drawn, p, c.read_noise, name)
