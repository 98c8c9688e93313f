"""Acquisitions: which patterns light the sample in each frame. Batched over scenes; lengths in raw pixels."""
import math
from dataclasses import dataclass

import torch


@dataclass
class Patterns:
    """b scenes of n frames.

    cutoff, damping [b]; carrier [b, n, 2] (x, y) of order 1, cycles per raw px; phase [b, n] at the centre of pixel (0, 0);
    modulation [b, n, 2] of orders 1 and 2; light [b, n] relative exposure; shift [b, n, 2] (x, y) of the sample, raw px.
    Illumination of a frame: light x (1 + sum over orders o of modulation_o cos(o (2 pi carrier . r + phase))).
    """

    cutoff: torch.Tensor
    damping: torch.Tensor
    carrier: torch.Tensor
    phase: torch.Tensor
    modulation: torch.Tensor
    light: torch.Tensor
    shift: torch.Tensor


def random_patterns(draw, b: int, angles: int, phases: int, domain: dict) -> Patterns:
    """Angle-major frames: all phases of the first angle, then of the second. domain: the recipe's "patterns"."""
    d, n, device = domain, angles * phases, draw.device
    cut = draw.uniform(b, low=d["cutoff"][0], high=d["cutoff"][1])
    fine = cut * draw.uniform(b, low=d["carrier_over_cutoff"][0], high=d["carrier_over_cutoff"][1])
    separation = math.pi / 3 - math.pi / 6 * draw.chance(b, p=d["narrow_fraction"]).float()
    separation = separation * (2 * draw.chance(b, p=0.5).float() - 1)
    turn = (draw.uniform(b, 1) * math.pi + separation[:, None] * torch.arange(angles, device=device)
            + math.radians(d["angle_error_deg"]) * draw.normal(b, angles))
    # A carrier and its opposite are the same pattern, stepped the other way.
    turn = turn + math.pi * draw.chance(b, 1, p=0.5)
    three = draw.chance(b, p=d["three_beam_fraction"])
    fine = fine[:, None] * (1 + d["period_error"] * draw.normal(b, angles))
    length = torch.where(three[:, None], 0.5 * fine, fine)
    carrier = length[..., None] * torch.stack((torch.cos(turn), torch.sin(turn)), -1)
    step = 2 * math.pi / phases * torch.arange(phases, device=device)
    phase = 2 * math.pi * draw.uniform(b, angles, 1) + step + d["phase_error"] * draw.uniform(b, 1, 1) * draw.normal(b, angles, phases)
    depth = draw.uniform(b, angles, low=d["modulation"][0], high=d["modulation"][1])
    first = draw.uniform(b, angles, low=0.2, high=0.8)
    second = torch.where(three[:, None], depth * (1.1 - 0.5 * first), torch.zeros_like(depth))
    first = torch.where(three[:, None], first, depth)
    modulation = torch.stack((first, second), -1)

    def each(t):
        return t[:, :, None].expand(-1, -1, phases, *t.shape[2:]).reshape(b, n, *t.shape[2:])
    light = torch.exp(d["light_error"] * draw.uniform(b, 1) * draw.normal(b, n))
    drift = d["drift_px"] * draw.uniform(b, 1, 1) * draw.normal(b, 1, 2)
    time = (torch.arange(n, device=device) - (n - 1) / 2)[None, :, None] / max(n - 1, 1)
    moving = draw.chance(b, 1, 1, p=d["drift_fraction"]).float()
    return Patterns(cut, draw.uniform(b, low=d["damping"][0], high=d["damping"][1]), each(carrier), phase.reshape(b, n),
                    each(modulation), light, moving * drift * time)
