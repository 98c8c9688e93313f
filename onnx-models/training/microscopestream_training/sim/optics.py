"""Transfer functions. Frequencies and cutoffs in cycles per raw pixel; NumPy arrays and tensors alike."""
import math

import numpy as np
import torch


def cutoff(na: float, wavelength_um: float, pixel_um: float) -> float:
    """Highest frequency that a widefield microscope passes, 2 NA / wavelength, in cycles per raw pixel."""
    return 2 * na / wavelength_um * pixel_um


def ideal_otf(rho):
    """Transfer of an aberration-free circular pupil in incoherent light at rho = frequency / cutoff (Goodman 1968)."""
    if isinstance(rho, torch.Tensor):
        r = rho.clamp(0.0, 1.0)
        return (2 / math.pi) * (torch.acos(r) - r * torch.sqrt((1 - r * r).clamp(min=0)))
    r = np.clip(rho, 0.0, 1.0)
    return (2 / math.pi) * (np.arccos(r) - r * np.sqrt(1 - r * r))


def pixel_transfer(fx, fy):
    """Transfer of the area of a square raw pixel."""
    sinc = torch.sinc if isinstance(fx, torch.Tensor) else np.sinc
    return sinc(fx) * sinc(fy)


def system_otf(fx, fy, cut, damping=1.0):
    """Microscope and camera together: damping^(f / cutoff) x ideal x pixel, zero beyond the cutoff.

    damping in (0, 1]: 1 is a perfect lens; smaller stands for aberrations, as fairSIM's OTF curvature does.
    """
    rho = (fx * fx + fy * fy) ** 0.5 / cut
    return ideal_otf(rho) * damping ** rho * pixel_transfer(fx, fy)


def doubled_otf(fx, fy, cut):
    """What truth at twice the resolution means: an aberration-free objective of twice the NA, without pixels.

    Nothing that linear SIM can show is missing from it, and nothing that it cannot is asked of a network.
    """
    return ideal_otf((fx * fx + fy * fy) ** 0.5 / (2 * cut))
