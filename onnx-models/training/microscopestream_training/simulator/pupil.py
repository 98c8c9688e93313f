"""Diffraction PSFs from an aberrated pupil: rings, asymmetry and defocus that no Gaussian has.

Scalar Fourier optics (Goodman, Introduction to Fourier Optics): the PSF is the squared modulus of the pupil's Fourier
transform, its aberrations Zernike terms of the phase. Sampled OVERSAMPLING times per pixel and already integrated over
the pixel, so that rendering is interpolation.
"""
import math

import torch

from .painting import paint
from .sampling import Draw

OVERSAMPLING = 4
FIELD = 24        # px; edge of the sampled PSF. Light that would leave it folds back in, so none is lost
RADIUS = 10       # px; half the edge of the patch that an emitter paints
AIRY_SIGMA = 0.21  # sigma of the Gaussian nearest to an Airy disk, times its pupil's cutoff frequency
# Zernike terms: standard deviation (rad, rms over the pupil) of the strongest case, and phase over (rho^2, x, y).
TERMS = (
    (0.35, lambda r, x, y: math.sqrt(6.0) * (x * x - y * y)),              # astigmatism, upright
    (0.35, lambda r, x, y: math.sqrt(6.0) * 2 * x * y),                    # astigmatism, oblique
    (0.25, lambda r, x, y: math.sqrt(8.0) * (3 * r - 2) * x),              # coma
    (0.25, lambda r, x, y: math.sqrt(8.0) * (3 * r - 2) * y),
    (0.35, lambda r, x, y: math.sqrt(5.0) * (6 * r * r - 6 * r + 1)),      # spherical
    (0.20, lambda r, x, y: math.sqrt(8.0) * (x * x - 3 * y * y) * x),      # trefoil
)
DEFOCUS = (0.6, lambda r, x, y: math.sqrt(3.0) * (2 * r - 1))


def psfs(draw: Draw, sigma, planes: int):
    """PSFs [n, planes, FIELD * OVERSAMPLING squared] whose in-focus core is like a Gaussian of sigma [n] px.

    Each n has its aberrations; planes differ by defocus, as emitters of one field do. Every PSF's light integrates to
    one pixel-wise (any of its OVERSAMPLING^2 pixel grids sums to 1), and its core is centred.
    """
    n, size = sigma.shape[0], FIELD * OVERSAMPLING
    f = torch.fft.fftfreq(size, d=1.0 / OVERSAMPLING, device=sigma.device)
    cutoff = (AIRY_SIGMA / sigma)[:, None, None]
    x, y = f[None, None, :] / cutoff, f[None, :, None] / cutoff
    r = x * x + y * y
    edge = torch.clamp((1 - torch.sqrt(r)) * cutoff * FIELD + 0.5, 0.0, 1.0)  # one sample wide: no stairs
    strength = draw.uniform(n, 1, 1)
    phase = sum(s * strength * draw.normal(n, 1, 1) * term(r, x, y) for s, term in TERMS)
    focus = DEFOCUS[0] * (draw.uniform(n, 1, 1, 1) * draw.normal(n, 1, 1, 1) + 0.5 * draw.uniform(n, 1, 1, 1) * draw.normal(n, planes, 1, 1))
    phase = phase[:, None] + focus * DEFOCUS[1](r, x, y)[:, None]
    field = torch.fft.fft2(torch.polar(edge[:, None].expand_as(phase).contiguous(), phase))
    transfer = torch.fft.fft2(field.real ** 2 + field.imag ** 2)
    # Integrated over the pixel, and over the size of a label or a little motion.
    blur = (0.25 * draw.uniform(n, 1, 1) * sigma[:, None, None]) ** 2
    frequency2 = f[None, None, :] ** 2 + f[None, :, None] ** 2
    pixel = torch.sinc(f)[None, :] * torch.sinc(f)[:, None]
    transfer = transfer * (pixel * torch.exp(-2 * math.pi ** 2 * blur * frequency2))[:, None]
    transfer = transfer / transfer[..., :1, :1].real * OVERSAMPLING ** 2
    return _centred(transfer, f)


def _centred(transfer, f):
    """Images of the transfer functions with the centroid of their squares (the core's, tails hardly count) at the middle."""
    size = transfer.shape[-1]
    at = (torch.arange(size, device=f.device, dtype=f.dtype) - size // 2) / OVERSAMPLING
    middle = torch.exp(-2j * math.pi * f * FIELD / 2)
    transfer = transfer * middle[None, :] * middle[:, None]
    image = torch.fft.ifft2(transfer).real
    weight = image ** 2
    total = weight.sum((2, 3))
    dx = (weight.sum(2) * at).sum(2) / total
    dy = (weight.sum(3) * at).sum(2) / total
    back = torch.exp(2j * math.pi * (f[None, None, None, :] * dx[..., None, None] + f[None, None, :, None] * dy[..., None, None]))
    return torch.fft.ifft2(transfer * back).real.clamp(min=0)


def render(x, y, photons, bank, plane, size: int):
    """Expected photons per pixel [sequences, frames, size (y), size (x)].

    x, y [sequences, events] in px; photons [sequences, events, frames]; bank: `psfs`; plane [sequences, events]: which
    plane of its sequence's bank an emitter has. Bilinear between samples, which are a quarter of a pixel apart.
    """
    lit = torch.nonzero((photons > 0).any(2), as_tuple=True)
    span = torch.arange(-RADIUS, RADIUS + 1, device=x.device)
    column, row = torch.floor(x[lit]), torch.floor(y[lit])
    patches = _patches(bank[lit[0], plane[lit]], column + 0.5 - x[lit], row + 0.5 - y[lit], span)
    return paint(patches, column.long() - RADIUS, row.long() - RADIUS, lit, photons, size)


def _patches(images, dx, dy, span):
    """Pixels of PSF images [n, s, s] seen from dx, dy px off their middle: [n, y, x]."""
    n, size, _ = images.shape
    middle = size // 2

    def samples(d):
        at = d * OVERSAMPLING
        low = torch.floor(at)
        return (low.long()[:, None] + middle + span * OVERSAMPLING), (at - low)[:, None, None]
    ix, wx = samples(dx)
    iy, wy = samples(dy)
    flat = images.reshape(n, size * size)  # n may be 0: a scene without emitters

    def take(row, column):
        return torch.gather(flat, 1, (row[:, :, None] * size + column[:, None, :]).flatten(1)).view(n, len(span), len(span))
    upper = take(iy, ix) * (1 - wx) + take(iy, ix + 1) * wx
    lower = take(iy + 1, ix) * (1 - wx) + take(iy + 1, ix + 1) * wx
    return upper * (1 - wy) + lower * wy
