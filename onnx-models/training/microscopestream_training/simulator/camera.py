"""Cameras, and the calibration errors that a live service meets. Everything in photons (after QE) per pixel."""
import torch

from .sampling import Draw


def expose(draw: Draw, expected, read_noise, emccd):
    """Noisy frames from expected photons [sequences, frames, y, x]; read_noise, emccd [sequences].

    sCMOS: Poisson, then Gaussian read noise whose strength varies from pixel to pixel and a gain that varies by 1 %.
    EMCCD: Poisson plus clock-induced charge, a gamma-distributed multiplication, small effective read noise.
    """
    b, _, h, w = expected.shape
    em = emccd[:, None, None, None]
    counts = draw.poisson(expected.clamp(min=0) + 0.005 * em.float())
    if bool(emccd.any()):
        # Gamma(n, 1) is the multiplied signal of n electrons over the mean gain: variance n, so twice Poisson's.
        multiplied = draw.gamma(counts[emccd].clamp(min=1e-3)) * (counts[emccd] > 0)
        counts = counts.index_put((emccd.nonzero().squeeze(1),), multiplied)
    pixel_noise = torch.exp(0.25 * draw.normal(b, 1, h, w)) * read_noise[:, None, None, None]
    noise = torch.where(em, 0.15 * read_noise[:, None, None, None].expand_as(pixel_noise), pixel_noise)
    gain_map = 1 + 0.01 * draw.normal(b, 1, h, w) * (~em).float()
    return counts * gain_map + noise * draw.normal(*expected.shape)


def hot_pixels(draw: Draw, shape, density: float, fraction: float):
    """Light that single pixels report whatever falls on them, photons [sequences, frames, y, x].

    density per pixel, in fraction of the sequences; each pixel has its own level, 20 to 600 photons, and flickers by a tenth.
    """
    b, t, h, w = shape
    hot = draw.chance(b, 1, h, w, p=density) & draw.chance(b, 1, 1, 1, p=fraction)
    return hot * draw.log_uniform(b, 1, h, w, low=20.0, high=600.0) * (1 + 0.1 * draw.normal(b, t, h, w))


def miscalibration(draw: Draw, level, gain_error: float, gain_fraction: float, baseline_error: float,
                   baseline_fraction: float, swallowed_fraction: float):
    """Factor and offset (photons) by which a wrong calibration distorts the frames, [sequences] each.

    level [sequences]: mean background. A baseline estimated from the darkest pixels swallows part of it: in
    swallowed_fraction of the sequences the offset takes away up to all of it.
    """
    sequences = level.shape[0]
    factor = torch.exp((gain_error * draw.normal(sequences)).clamp(-0.5, 0.5))
    factor = torch.where(draw.chance(sequences, p=gain_fraction), factor, torch.ones_like(factor))
    offset = (baseline_error * draw.normal(sequences)).clamp(-6, 6)
    offset = torch.where(draw.chance(sequences, p=baseline_fraction), offset, torch.zeros_like(offset))
    return factor, offset - level * draw.uniform(sequences) * draw.chance(sequences, p=swallowed_fraction)
