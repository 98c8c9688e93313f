"""Widths of an astigmatic PSF over depth, from the calibration file of `mstream calibrate psf` or from a recipe."""
import torch

from .sampling import Draw

REQUIRED = ("sigma0_nm", "focus_nm", "depth_nm", "a", "b")


def check(calibration: dict) -> dict:
    """The calibration, if it is one: `z_range_nm` and the curves `x` and `y` (REQUIRED, all in nm but a and b)."""
    for axis in ("x", "y"):
        missing = [k for k in REQUIRED if k not in calibration.get(axis, {})]
        if missing:
            raise ValueError(f"not a PSF calibration: {axis}.{missing[0]} is missing (make one with: mstream calibrate psf)")
        if calibration[axis]["sigma0_nm"] <= 0 or calibration[axis]["depth_nm"] <= 0:
            raise ValueError(f"not a PSF calibration: {axis}.sigma0_nm and {axis}.depth_nm must be above 0")
    low, high = calibration["z_range_nm"]
    if not low < high:
        raise ValueError("not a PSF calibration: z_range_nm is empty")
    return calibration


def width(curve: dict, z):
    """sigma(z) = sigma0 sqrt(1 + u^2 + a u^3 + b u^4), u = (z - focus) / depth, in nm (Huang et al. 2008, 10.1126/science.1153529)."""
    u = (z - curve["focus_nm"]) / curve["depth_nm"]
    return curve["sigma0_nm"] * torch.sqrt(torch.clamp(1 + u * u * (1 + u * (curve["a"] + curve["b"] * u)), min=0.01))


def widths(draw: Draw, recipe: dict, sequences: int, events: int):
    """z nm and sigma_x, sigma_y px of every emitter [sequences, events]; the mean in-focus sigma px [sequences].

    recipe: `z_range_nm`, curves `x` and `y`, `pixel_nm` ([least, largest], one per sequence), `overshoot` (how far beyond
    the range emitters lie, as a part of it: they shine but are not asked for), `calibration_error` (relative deviation
    of both widths of a sequence from the curves).
    """
    low, high = recipe["z_range_nm"]
    beyond = recipe["overshoot"] * (high - low)
    z = draw.uniform(sequences, events, low=low - beyond, high=high + beyond)
    pixel = draw.uniform(sequences, 1, low=recipe["pixel_nm"][0], high=recipe["pixel_nm"][1])
    error = torch.exp(recipe["calibration_error"] * draw.normal(sequences, 2, 1))
    sx, sy = (width(recipe[axis], z) * error[:, k] / pixel for k, axis in enumerate(("x", "y")))
    least = (recipe["x"]["sigma0_nm"] + recipe["y"]["sigma0_nm"]) / 2 / pixel[:, 0]
    return z, sx, sy, least
