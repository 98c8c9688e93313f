"""Training scenes: noisy frames of random samples under random patterns, with the truth."""
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from ..simulator.camera import expose
from . import forward
from .patterns import random_patterns
from .pool import crops

MARGIN = 8  # raw px around a scene that take the wrap-around of the Fourier transform


@dataclass
class Scene:
    """frames [b, n, y, x] photons as the camera gives them, target [b, 1, y', x'] photons, level [b] peak photons; carrier
    [b, n, 2] and phase [b, n] as an estimate would give them, errors included."""

    frames: torch.Tensor
    target: torch.Tensor
    level: torch.Tensor
    carrier: torch.Tensor
    phase: torch.Tensor


def _defocused(sample, sigma):
    """sample [b, e, e] under a Gaussian blur of sigma [b] fine px."""
    e = sample.shape[-1]
    fx, fy = torch.fft.rfftfreq(e, device=sample.device)[None], torch.fft.fftfreq(e, device=sample.device)[:, None]
    gain = torch.exp(-2 * np.pi ** 2 * sigma[:, None, None] ** 2 * (fx * fx + fy * fy))
    return torch.fft.irfft2(torch.fft.rfft2(sample) * gain, s=(e, e))


def _estimated(p, recipe, draw):
    """Carriers and phases with the errors of an estimate; now and then an estimate that failed."""
    b, angles, phases = len(p.cutoff), recipe["angles"], recipe["phases"]
    failed = draw.chance(b, angles, p=recipe["estimate"]["failed"]).repeat_interleave(phases, 1)
    other = 0.2 * draw.normal(b, angles, 2).repeat_interleave(phases, 1)
    carrier = torch.where(failed[..., None], other, p.carrier)
    error = recipe["estimate"]["phase_error"] * draw.uniform(b, 1) * draw.normal(b, angles * phases)
    # Both descriptions of a pattern occur.
    sign = 1 - 2 * draw.chance(b, angles, p=0.5).float().repeat_interleave(phases, 1)
    return carrier * sign[..., None], (p.phase + error) * sign


def _interpolated(frames, fraction, draw):
    """Some scenes' frames under a filter of taps (a, 1 - 2a, a): cameras and software that resample leave noise that is not white."""
    b, n, h, w = frames.shape
    a = (draw.uniform(b, high=0.25) * draw.chance(b, p=fraction)).repeat_interleave(n)[:, None, None]
    f = F.pad(frames.reshape(1, b * n, h, w), (1, 1, 1, 1), mode="replicate")[0]
    f = (1 - 2 * a) * f[:, 1:-1] + a * (f[:, :-2] + f[:, 2:])
    return ((1 - 2 * a) * f[:, :, 1:-1] + a * (f[:, :, :-2] + f[:, :, 2:])).reshape(b, n, h, w)


def acquire(recipe: dict, pool, b: int, draw, rng, ideal=None):
    """Scenes with their margin: frames [b, n, y, x] and target [b, 1 or n, y', x'] photons as the camera gives them, level [b] peak
    photons, variance [b] of the read noise, and the patterns. ideal [b]: whose lens loses nothing. See `simulate` for the recipe."""
    size = recipe["size"]
    edge = 2 * (size + 2 * MARGIN)
    sample = torch.from_numpy(crops(pool, rng, b, edge)).to(draw.device)
    p = random_patterns(draw, b, recipe["angles"], recipe["phases"], recipe["patterns"])
    if ideal is not None:
        p.damping = torch.where(ideal, torch.ones_like(p.damping), p.damping)
    haze = draw.uniform(b, high=recipe["haze"]) * draw.chance(b, p=recipe["haze_fraction"])
    lit = forward.shifted(sample, p.shift) * forward.illumination(p, edge, MARGIN)
    far = _defocused(sample, draw.log_uniform(b, low=6.0, high=20.0)) * haze[:, None, None]
    lit = lit + far[:, None] * p.light[..., None, None]
    expected = forward.image(lit, forward.transfer_to_raw(p, edge)).clamp(min=0)
    level = draw.log_uniform(b, low=recipe["photons"][0], high=recipe["photons"][1])
    background = level * draw.uniform(b, high=recipe["background_part"]) + draw.uniform(b, high=recipe["background_photons"])
    expected = expected * level[:, None, None, None] + background[:, None, None, None]
    emccd = draw.chance(b, p=recipe["emccd_fraction"])
    noise = draw.uniform(b, low=recipe["read_noise"][0], high=recipe["read_noise"][1])
    frames = expose(draw, expected, noise, emccd)
    gain = torch.exp((recipe["gain_error"] * draw.normal(b, 1, 1, 1)).clamp(-0.5, 0.5))
    offset = recipe["baseline_error"] * draw.normal(b, 1, 1, 1)
    if recipe["target"] == "frame":
        target = expected
    else:
        image = sample if recipe["target"] == "sample" else forward.truth(sample, p)
        target = (image * level[:, None, None])[:, None]
    frames = _interpolated(frames, recipe.get("interpolated_fraction", 0.0), draw)
    # Photons are those of the frames that the network sees, wrong gain included.
    return frames * gain + offset, target * gain, level * gain[:, 0, 0, 0], noise * noise, p


def inside(image, frames):
    """An image without the margin that its frames [.., y, x] have; of the frames' grid or the one twice as fine."""
    m = MARGIN * image.shape[-1] // frames.shape[-1]
    return image[..., m:-m, m:-m]


def simulate(recipe: dict, pool, b: int, draw, rng) -> Scene:
    """recipe: "simulation" of a recipe; its "target" is "sample" (2 x finer, as it was drawn), "structure" (the same through the
    ideal OTF of twice the cutoff) or "frame"."""
    frames, target, level, _, p = acquire(recipe, pool, b, draw, rng)
    return Scene(inside(frames, frames), inside(target, frames), level, *_estimated(p, recipe, draw))
