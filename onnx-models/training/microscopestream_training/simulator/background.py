"""Background light: flat, or with smooth structure and out-of-focus haze, constant or slowly varying in time."""
import torch
import torch.nn.functional as F

from .sampling import Draw


def background(draw: Draw, level, frames: int, size: int, structured_fraction: float):
    """Expected background photons per pixel [sequences, frames, size, size]; level [sequences] is its mean."""
    b = level.shape[0]
    flat = torch.ones(b, 1, size, size, device=draw.device)
    coarse = F.interpolate(draw.normal(b, 1, 4, 4), size=(size, size), mode="bicubic", align_corners=False)
    fine = F.interpolate(draw.normal(b, 1, 9, 9), size=(size, size), mode="bicubic", align_corners=False)
    strength = draw.uniform(b, 1, 1, 1)
    field = torch.exp(0.6 * strength * coarse + 0.3 * draw.uniform(b, 1, 1, 1) * strength * fine)
    field = field / field.mean((2, 3), keepdim=True)
    structured = draw.chance(b, 1, 1, 1, p=structured_fraction)
    drifting = 1 + 0.05 * draw.normal(b, frames, 1, 1) * draw.chance(b, 1, 1, 1, p=0.3)
    return level[:, None, None, None] * torch.where(structured, field, flat) * drifting.clamp(0.7, 1.3)
