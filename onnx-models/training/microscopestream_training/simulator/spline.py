"""The measured PSF of a calibration file: a cubic B-spline in x, y and z, one knot per camera pixel, already integrated
over the pixel (Li et al. 2018, 10.1038/nmeth.4661)."""
import base64

import numpy as np
import torch

from .painting import paint


def read(section: dict) -> torch.Tensor:
    """Coefficients [planes, y, x] of a calibration's `psf` section, each plane scaled to a sum of 1."""
    if section.get("kind") != "cubic_b_spline":
        raise ValueError(f"a PSF of kind {section.get('kind')!r}; expected cubic_b_spline")
    size, planes = int(section["size"]), int(section["planes"])
    values = np.frombuffer(base64.b64decode(section["coefficients"]), "<f4")
    if size % 2 == 0 or planes < 5 or values.size != planes * size * size:
        raise ValueError(f"{values.size} coefficients are no {planes} planes (at least 5) of {size} x {size} (odd)")
    c = torch.from_numpy(values.astype(np.float32)).view(planes, size, size)
    total = c.sum((1, 2), keepdim=True)
    if not bool((total > 0).all() & torch.isfinite(c).all()):
        raise ValueError("a plane of the PSF holds no light")
    return c / total


def depths(section: dict):
    """Least and largest depth nm: a spline is whole from its second knot to its last but one."""
    return (section["first_knot_nm"] + section["knot_step_nm"],
            section["first_knot_nm"] + (section["planes"] - 2) * section["knot_step_nm"])


def weights(f):
    """Weights [n, 4] of the knots floor(u) - 1 ... floor(u) + 2; f = u - floor(u) [n] (Unser 1999, 10.1109/79.799930)."""
    g = 1 - f
    return torch.stack((g ** 3 / 6, 2 / 3 - f * f * (1 - f / 2), 2 / 3 - g * g * (1 - g / 2), f ** 3 / 6), -1)


def patches(coefficients, section: dict, x, y, z):
    """Pixels [n, size + 3, size + 3] of emitters at x, y px and z nm, and their first columns and rows [n]."""
    planes, size, _ = coefficients.shape
    low, high = depths(section)
    u = (z.clamp(low, high) - section["first_knot_nm"]) / section["knot_step_nm"]
    plane = torch.floor(u).long().clamp(1, planes - 3)
    wz = weights(u - plane)
    flat = coefficients.reshape(planes, size * size)
    image = sum(wz[:, k, None] * flat[plane - 1 + k] for k in range(4)).view(-1, size, size)
    image = torch.nn.functional.pad(image, (3, 3, 3, 3))
    # The knot on the centre of pixel i is i + 0.5 - x + centre.
    ux, uy = 0.5 - x + (size - 1) / 2, 0.5 - y + (size - 1) / 2
    ix, iy = torch.floor(ux), torch.floor(uy)
    wx, wy = weights(ux - ix), weights(uy - iy)
    n = size + 3
    along = sum(wx[:, k, None, None] * image[:, :, k:k + n] for k in range(4))
    out = sum(wy[:, k, None, None] * along[:, k:k + n] for k in range(4))
    return out.clamp(min=0), -2 - ix.long(), -2 - iy.long()


def render(coefficients, section: dict, x, y, z, photons, size: int):
    """Expected photons per pixel [sequences, frames, size (y), size (x)]; x, y px, z nm [sequences, events]."""
    lit = torch.nonzero((photons > 0).any(2), as_tuple=True)
    pixels, left, top = patches(coefficients.to(x.device), section, x[lit], y[lit], z[lit])
    return paint(pixels, left, top, lit, photons, size)
