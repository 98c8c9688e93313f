"""Does a result explain the raw frames? Result x pattern through the microscope, against the frames, in units of noise."""
import numpy as np
import torch

from .. import forward, optics

SOFTNESS = 0.02  # transfer of a result below which it is no longer undone


def sharpened(result, cut: float):
    """A result at twice the resolution with its own transfer undone, which the microscope is about to apply again."""
    fy, fx = (2 * np.fft.fftfreq(n) for n in result.shape)
    otf = optics.doubled_otf(fx[None], fy[:, None], cut)
    mean = result.mean()
    return np.fft.ifft2(np.fft.fft2(result - mean) * otf / (otf * otf + SOFTNESS ** 2)).real + mean


def residual(result, acquisition, border: int = 12, sharpen: bool = True) -> float:
    """Mean over pixels and frames of (frame - prediction)^2 / variance: 1 for the truth, more for what cannot be.

    result [2 y, 2 x] in any affine scale; gain and offset are fitted over all frames at once. `border` raw px are left out.
    sharpen: whether the result has an objective's transfer on it; a network trained on the sample itself has none.
    """
    p = acquisition.patterns
    frames = acquisition.all_frames()
    sharp = np.asarray(result, float)
    if sharpen:
        sharp = sharpened(sharp, float(p.cutoff))
    fine = torch.from_numpy(sharp.astype(np.float32))[None]
    light = forward.illumination(p, fine.shape[-1])
    transfer = forward.transfer_to_raw(p, fine.shape[-1])
    inside = (slice(None), slice(border, -border), slice(border, -border))
    lit = forward.image(fine[:, None] * light, transfer)[0].numpy()[inside].astype(float)
    flat = forward.image(light, transfer)[0].numpy()[inside].astype(float)
    y = frames[inside].astype(float)
    # An offset of the result is lit by the pattern too; a background is not.
    design = np.stack((lit.ravel(), flat.ravel(), np.ones(y.size)), 1)
    weight = 1 / np.sqrt(np.maximum(y.mean(0), 0.1) + acquisition.read_noise ** 2)
    weight = np.broadcast_to(weight, y.shape).ravel()
    fit = np.linalg.lstsq(design * weight[:, None], y.ravel() * weight, rcond=None)[0]
    expected = design @ fit
    variance = np.maximum(expected, 0.1) + acquisition.read_noise ** 2
    return float(np.mean((y.ravel() - expected) ** 2 / variance))
