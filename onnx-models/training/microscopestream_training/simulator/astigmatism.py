"""Widths of an astigmatic PSF over depth, from the calibration file of `mstream calibrate psf` or from a recipe."""
import torch

from . import spline
from .sampling import Draw

REQUIRED = ("sigma0_nm", "focus_nm", "depth_nm", "a", "b")


def section(calibration: dict) -> dict:
    """What a recipe's `depth` section takes from a calibration file: z range, curves, pixel size, and the measured PSF
    where the file has one. ValueError if it is no calibration."""
    if calibration.get("kind") != "psf" or "curves" not in calibration:
        raise ValueError("not a PSF calibration (make one with: mstream calibrate psf)")
    curves = calibration["curves"]
    for axis in ("x", "y"):
        missing = [k for k in REQUIRED if k not in curves.get(axis, {})]
        if missing:
            raise ValueError(f"not a PSF calibration: curves.{axis}.{missing[0]} is missing")
        if curves[axis]["sigma0_nm"] <= 0 or curves[axis]["depth_nm"] <= 0:
            raise ValueError(f"not a PSF calibration: curves.{axis}.sigma0_nm and depth_nm must be above 0")
    low, high = curves["z_range_nm"]
    pixel = calibration.get("pixel_size_nm", 0)
    if not low < high or not pixel > 0:
        raise ValueError("not a PSF calibration: curves.z_range_nm is empty, or pixel_size_nm not above 0")
    out = {"z_range_nm": [low, high], "x": curves["x"], "y": curves["y"], "pixel_nm": [pixel, pixel]}
    if "psf" in calibration:
        try:
            spline.read(calibration["psf"])
            least, most = spline.depths(calibration["psf"])
            step = calibration["psf"]["knot_step_nm"]
        except (KeyError, TypeError, ValueError) as e:
            raise ValueError(f"not a PSF calibration: {e}") from e
        # A measured PSF tells depth further than its two widths do. Its last step is left to emitters that shine but are
        # not asked for: there are some beyond every range.
        out |= {"psf": calibration["psf"], "z_range_nm": [least + step, most - step]}
    return out


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
    least, most = low - beyond, high + beyond
    if "psf" in recipe:  # a measured PSF ends where the beads did
        ends = spline.depths(recipe["psf"])
        least, most = max(least, ends[0]), min(most, ends[1])
    z = draw.uniform(sequences, events, low=least, high=most)
    pixel = draw.uniform(sequences, 1, low=recipe["pixel_nm"][0], high=recipe["pixel_nm"][1])
    error = torch.exp(recipe["calibration_error"] * draw.normal(sequences, 2, 1))
    sx, sy = (width(recipe[axis], z) * error[:, k] / pixel for k, axis in enumerate(("x", "y")))
    least = (recipe["x"]["sigma0_nm"] + recipe["y"]["sigma0_nm"]) / 2 / pixel[:, 0]
    return z, sx, sy, least
