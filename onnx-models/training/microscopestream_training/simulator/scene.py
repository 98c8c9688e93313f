"""Whole training scenes: many short sequences, each with its own density, optics, structure, blinking, and camera."""
import math
from dataclasses import dataclass
from typing import Optional

import torch

from . import astigmatism, blinking, camera, pupil, spline, structures
from .background import background as make_background
from .psf import render
from .sampling import Draw


PLANES = 3  # depths at which one scene's diffraction PSFs are computed


@dataclass
class Scene:
    """Simulated frames and what is true of them.

    frames, background: [sequences, frames, y, x], photons per px as a (possibly miscalibrated) camera reports them.
    frame_index [n] (sequence * frames + frame), x, y [n] in px from the corner, photons [n] in the same units as
    `frames`: the emitters to be found. Emitters outside the crop or lost in noise are rendered but not listed.
    """

    frames: torch.Tensor
    background: torch.Tensor
    frame_index: torch.Tensor
    x: torch.Tensor
    y: torch.Tensor
    photons: torch.Tensor
    z: Optional[torch.Tensor] = None  # nm [n], where the recipe's PSF tells depth


def _two_ranges(draw, n, typical, wide, weight):
    t = draw.log_uniform(n, low=typical[0], high=typical[1])
    return torch.where(draw.chance(n, p=weight), t, draw.log_uniform(n, low=wide[0], high=wide[1]))


def _densities(draw, n, r):
    kind = draw.category(n, r["weights"])
    options = torch.stack((draw.log_uniform(n, low=r["sparse"][0], high=r["sparse"][1]),
                           draw.uniform(n, low=r["middle"][0], high=r["middle"][1]),
                           draw.uniform(n, low=r["dense"][0], high=r["dense"][1])))
    return options.gather(0, kind[None])[0]


def simulate(recipe: dict, sequences: int, draw: Draw) -> Scene:
    """One batch of scenes after the recipe's `simulation` section."""
    b, t, size, margin = sequences, recipe["frames"], recipe["size"], recipe["margin_px"]
    area = (size + 2 * margin) ** 2
    bl, ph, bg, ps, cam = (recipe[k] for k in ("blinking", "photons", "background", "psf", "camera"))

    whole = draw.chance(b, p=bl["whole_frames"])
    mean_on = draw.uniform(b, low=bl["mean_frames"][0], high=bl["mean_frames"][1])
    mean_on = torch.where(draw.chance(b, p=bl["single_frame"]), torch.ones_like(mean_on), mean_on)

    st = recipe["structures"]
    kind = draw.category(b, [st["uniform"], st["filaments"], st["clusters"]])
    count = 1 + (draw.uniform(b) * structures.MAX_FILAMENTS).floor()
    # Filaments and clusters concentrate emitters: bound what one pixel of their length (or area) carries.
    density = _densities(draw, b, recipe["density_per_px2"])
    on_line = draw.uniform(b, low=0.05, high=0.7) * count * size / area
    density = torch.where(kind == 1, torch.minimum(density, on_line), density)
    density = torch.where(kind == 2, density.clamp(max=0.03), density)

    expected_events = density * area * t / mean_on
    n_events = draw.poisson(expected_events)
    events = max(int(n_events.max().item()), 1)
    alive = torch.arange(events, device=draw.device)[None] < n_events[:, None]

    ux, uy = structures.uniform(draw, b, events, size, margin)
    fx, fy = structures.filaments(draw, b, events, size, count)
    cx, cy = structures.clusters(draw, b, events, size)
    k = kind[:, None]
    x = torch.where(k == 0, ux, torch.where(k == 1, fx, cx))
    y = torch.where(k == 0, uy, torch.where(k == 1, fy, cy))

    mean_photons = _two_ranges(draw, b, ph["typical"], ph["wide"], ph["typical_weight"])[:, None]
    spread = draw.uniform(b, 1, low=ph["spread"][0], high=ph["spread"][1])
    spread = spread * draw.chance(b, 1, p=0.8)
    rate = (mean_photons * torch.exp(spread * draw.normal(b, events))).clamp(100, 20000)
    flicker = draw.uniform(b, 1, 1, high=ph["flicker"][1]) * draw.chance(b, 1, 1, p=0.5)
    photons = blinking.occupancy(draw, events, t, mean_on, whole) * (rate * alive)[..., None]
    photons = photons * torch.exp(flicker * draw.normal(b, events, t))

    sigma = _two_ranges(draw, b, ps["sigma_typical"], ps["sigma_wide"], ps["typical_weight"])
    defocus = ps["defocus"] * draw.uniform(b, 1) * draw.chance(b, 1, p=0.5) * draw.normal(b, events)
    width = sigma[:, None] * torch.sqrt(1 + defocus.clamp(-1, 1) ** 2)
    shear = ps["astigmatism"] * (draw.uniform(b, 1) * draw.normal(b, events) + 0.6 * draw.normal(b, 1))
    tail = ps["tail_weight"] * draw.uniform(b) * draw.chance(b, p=0.5)
    z = None
    wide_x, wide_y = width * torch.exp(shear), width * torch.exp(-shear)
    if "depth" in recipe:
        z, wide_x, wide_y, sigma = astigmatism.widths(draw, recipe["depth"], b, events)
    light = render(x, y, photons, wide_x, wide_y, size,
                   tail, draw.uniform(b, low=1.7, high=3.0))

    if "psf" in recipe.get("depth", {}):
        measured = recipe["depth"]["psf"]
        light = spline.render(spline.read(measured), measured, x, y, z, photons, size)
    optical = draw.chance(b, p=ps.get("pupil_fraction", 0.0)).nonzero().squeeze(1)
    if optical.numel():
        bank = pupil.psfs(draw, sigma[optical], PLANES)
        plane = draw.integers(optical.numel(), events, high=PLANES)
        light[optical] = pupil.render(x[optical], y[optical], photons[optical], bank, plane, size)

    level = _two_ranges(draw, b, bg["typical"], bg["wide"], bg["typical_weight"])
    haze = make_background(draw, level, t, size, bg["structured_fraction"])
    emccd = draw.chance(b, p=cam["emccd_fraction"])
    read_noise = draw.uniform(b, low=cam["read_noise"][0], high=cam["read_noise"][1])
    frames = camera.expose(draw, light + haze, read_noise, emccd)
    if cam.get("hot_pixels", 0.0) > 0:
        frames = frames + camera.hot_pixels(draw, frames.shape, cam["hot_pixels"], cam["hot_pixel_fraction"])
    factor, offset = camera.miscalibration(draw, level, cam["gain_error"], cam["gain_error_fraction"],
                                           cam["baseline_error"], cam["baseline_error_fraction"],
                                           cam["baseline_swallowed_fraction"])
    scale, shift = factor[:, None, None, None], offset[:, None, None, None]

    # Noise of an ideally weighted photon count on that background; fainter than 2.5 of it nobody can ask for.
    noise = torch.sqrt(4 * math.pi * sigma ** 2 * (level + read_noise ** 2) * (1 + emccd.float()))
    visible = photons > torch.maximum(2.5 * noise, torch.full_like(noise, 60.0))[:, None, None]
    inside = (x >= 0) & (x < size) & (y >= 0) & (y < size)
    if z is not None:
        inside = inside & (z >= recipe["depth"]["z_range_nm"][0]) & (z <= recipe["depth"]["z_range_nm"][1])
    bi, ei, ti = torch.nonzero(visible & inside[..., None], as_tuple=True)
    return Scene(frames * scale + shift, haze * scale + shift, bi * t + ti, x[bi, ei], y[bi, ei],
                 photons[bi, ei, ti] * factor[bi], None if z is None else z[bi, ei])
