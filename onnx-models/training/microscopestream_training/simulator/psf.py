"""Pixel-integrated point-spread functions: a Gaussian core with a wider Gaussian skirt for Airy-like tails."""
import math

import torch


def pixel_integrals(position, sigma, size: int):
    """Integral over each pixel of a unit one-dimensional Gaussian, [..., size]; position and sigma [...] in px."""
    edges = torch.arange(size + 1, device=position.device, dtype=position.dtype)
    e = torch.erf((edges - position[..., None]) / (sigma[..., None] * math.sqrt(2.0)))
    return 0.5 * (e[..., 1:] - e[..., :-1])


def render(x, y, photons, sigma_x, sigma_y, size: int, tail_weight=None, tail_scale=None):
    """Expected photons per pixel [sequences, frames, size (y), size (x)].

    x, y, sigma_x, sigma_y [sequences, events] in px; photons [sequences, events, frames];
    tail_weight, tail_scale [sequences]: part of the photons in the skirt, and its width over the core's.
    A separable PSF makes an image the product of two thin matrices, so one batched product renders all frames.
    """
    def one(scale, weight):
        wx = pixel_integrals(x, sigma_x * scale, size)
        wy = pixel_integrals(y, sigma_y * scale, size)
        b, e, t = photons.shape
        left = (photons * weight)[..., None] * wy[:, :, None]          # [b, e, t, size]
        return torch.bmm(left.reshape(b, e, t * size).transpose(1, 2), wx).reshape(b, t, size, size)

    if tail_weight is None:
        return one(1.0, 1.0)
    w = tail_weight[:, None, None]
    image = one(1.0, 1 - w)
    if bool((tail_weight > 0).any()):
        image = image + one(tail_scale[:, None], w)
    return image
