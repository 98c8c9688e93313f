"""Held-out simulated stacks at stated conditions, apart from the training scenes in seed and in make-up."""
from dataclasses import dataclass

import numpy as np
import torch

from ..simulator import blinking, structures
from ..simulator.camera import expose
from ..simulator.psf import render
from ..simulator.sampling import Draw

SIZE = 64


@dataclass(frozen=True)
class Condition:
    """One evaluation condition. density per um^2 of emitters shining in a frame; lengths in nm."""

    density: float
    pixel_nm: float = 100.0
    sigma_nm: float = 120.0
    photons: float = 1500.0
    background: float = 20.0
    read_noise: float = 1.5
    blinking: bool = False
    on_frames: float = 1.0
    emccd: bool = False
    filaments: bool = False


def make_stack(c: Condition, frames: int, seed: int):
    """frames [frames, 64, 64] photons and truth table [n, 4]: frame, x nm, y nm, photons.

    Without blinking each emitter is on in whole frames with exactly c.photons in each: in one frame, or in a geometric
    number of frames of mean c.on_frames. With blinking it is on for an exponential time of 2 frames on average, starts
    at any moment, and shines log-normally (sigma 0.3) around c.photons per frame.
    """
    draw = Draw(seed)
    margin = 4.0
    span = SIZE + 2 * margin
    area = (span * c.pixel_nm / 1000) ** 2
    mean_on = 2.0 if c.blinking else c.on_frames
    n = int(draw.poisson(torch.tensor([c.density * area * frames / mean_on]))[0])
    x, y = (draw.uniform(1, n) * span - margin for _ in range(2))
    if c.blinking:
        on = blinking.occupancy(draw, n, frames, torch.tensor([mean_on]), torch.tensor([False]))
        photons = on * (c.photons * torch.exp(0.3 * draw.normal(1, n)))[..., None]
    elif c.on_frames > 1:
        photons = c.photons * blinking.occupancy(draw, n, frames, torch.tensor([mean_on]), torch.tensor([True]))
    else:
        photons = torch.zeros(1, n, frames).scatter_(2, draw.integers(1, n, high=frames)[..., None], c.photons)
    if c.filaments:
        x, y = structures.filaments(draw, 1, n, SIZE, torch.tensor([6.0]))
    s = torch.full((1, n), c.sigma_nm / c.pixel_nm)
    images = []
    for lo in range(0, frames, 20):  # in pieces, or the thin matrices grow with frames times emitters
        part = photons[:, :, lo:lo + 20]
        some = part[0].sum(1) > 0
        images.append(render(x[:, some], y[:, some], part[:, some], s[:, some], s[:, some], SIZE))
    expected = torch.cat(images, 1) + c.background
    stack = expose(draw, expected, torch.tensor([c.read_noise]), torch.tensor([c.emccd]))[0]
    e, t = torch.nonzero(photons[0] > 0, as_tuple=True)
    truth = torch.stack((t.float(), x[0, e] * c.pixel_nm, y[0, e] * c.pixel_nm, photons[0, e, t]), 1).numpy()
    truth = truth[np.argsort(truth[:, 0], kind="stable")]
    inside = ((truth[:, 1:3] >= 0) & (truth[:, 1:3] < SIZE * c.pixel_nm)).all(1)
    return stack.numpy(), truth[inside]
