"""The forward model: sample x pattern, through microscope and pixels, onto the raw grid. Batched, in Fourier space."""
import math

import torch

from . import optics
from .patterns import Patterns


def _fine_frequencies(n: int, device):
    """fx [1, n/2+1], fy [n, 1] in cycles per raw pixel of a fine grid of edge n (two fine px per raw px)."""
    return 2 * torch.fft.rfftfreq(n, device=device)[None, :], 2 * torch.fft.fftfreq(n, device=device)[:, None]


def _wave(at, carrier, phase, order: int):
    """cos(order (2 pi carrier . r + phase)) on the fine grid whose centres lie at `at` raw px, [b, n, y, x]."""
    ax = order * (2 * math.pi * carrier[..., 0, None] * at + phase[..., None])
    ay = order * 2 * math.pi * carrier[..., 1, None] * at
    cy, sy, cx, sx = torch.cos(ay)[..., None], torch.sin(ay)[..., None], torch.cos(ax)[..., None, :], torch.sin(ax)[..., None, :]
    return cy * cx - sy * sx


def illumination(p: Patterns, edge: int, origin: float = 0.0):
    """Relative illumination [b, n, edge, edge] of the fine grid; origin: raw px by which its corner lies before pixel 0's."""
    # Raw pixel 0 covers fine pixels 0 and 1, so its centre lies between theirs.
    at = (torch.arange(edge, device=p.phase.device) - 0.5) / 2 - origin
    light = 1 + p.modulation[..., 0, None, None] * _wave(at, p.carrier, p.phase, 1)
    if bool((p.modulation[..., 1] > 0).any()):
        light = light + p.modulation[..., 1, None, None] * _wave(at, p.carrier, p.phase, 2)
    return light * p.light[..., None, None]


def image(fine, transfer):
    """fine [b, n, e, e] through transfer [b, n or 1, e, e/2+1], sampled at the raw pixels' centres: [b, n, e/2, e/2]."""
    e = fine.shape[-1]
    r = e // 2
    spectrum = torch.fft.rfft2(fine) * transfer
    cropped = torch.cat((spectrum[..., :r // 2, :r // 2 + 1], spectrum[..., -(r // 2):, :r // 2 + 1]), -2)
    return torch.fft.irfft2(cropped, s=(r, r)) * (r / e) ** 2


def transfer_to_raw(p: Patterns, edge: int):
    """System OTF with the half-fine-pixel step from fine to raw centres, [b, 1, edge, edge/2+1]."""
    fx, fy = _fine_frequencies(edge, p.cutoff.device)
    otf = optics.system_otf(fx[None], fy[None], p.cutoff[:, None, None], p.damping[:, None, None])
    angle = 2 * math.pi * 0.25 * (fx + fy)
    step = torch.polar(torch.ones_like(angle), angle)
    return (otf * step)[:, None]


def shifted(sample, shift):
    """sample [b, e, e] moved by shift [b, n, 2] raw px (x, y) -> [b, n, e, e]; the identity costs nothing."""
    if not bool((shift != 0).any()):
        return sample[:, None]
    fx, fy = _fine_frequencies(sample.shape[-1], sample.device)
    angle = -2 * math.pi * (fx * shift[..., 0, None, None] + fy * shift[..., 1, None, None])
    return torch.fft.irfft2(torch.fft.rfft2(sample)[:, None] * torch.polar(torch.ones_like(angle), angle), s=sample.shape[-2:])


def expected_frames(sample, p: Patterns, origin: float = 0.0):
    """Noise-free frames [b, n, e/2, e/2] of sample [b, e, e]; borders wrap around, so give it a margin."""
    lit = shifted(sample, p.shift) * illumination(p, sample.shape[-1], origin)
    return image(lit, transfer_to_raw(p, sample.shape[-1]))



def truth(sample, p: Patterns):
    """The sample at twice the resolution, on the fine grid, [b, e, e]: see `optics.doubled_otf`."""
    fx, fy = _fine_frequencies(sample.shape[-1], sample.device)
    otf = optics.doubled_otf(fx[None], fy[None], p.cutoff[:, None, None])
    return torch.fft.irfft2(torch.fft.rfft2(sample) * otf, s=sample.shape[-2:])
