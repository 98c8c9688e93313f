"""What the refining networks are given: a reconstruction on the fine grid, as the service makes it, and the widefield image.

Batched, with the patterns that an estimate gives; fields are periodic here, so give them a margin. The service's own code is
`src/MicroscopeStream.StructuredIllumination/Reconstruction`; a test holds its images against these.
"""
import math

import torch

from . import optics
from .demodulation import Upsample
from .forward import illumination, image, transfer_to_raw
from .patterns import Patterns

# The defaults of the service's method `wiener`.
SIDE_NOTCH, NOTCH_WIDTH, APODIZATION_EXPONENT, LEAST_MODULATION = 0.99, 0.35, 0.7, 0.05
LEAST_WIENER, MOST_WIENER = 0.02, 0.5
FEWEST, MOST = 4, 12         # iterations of Richardson and Lucy
LEAST_LIGHT = 0.05           # of a pattern, so that a pixel is never taken for dark altogether
LEAST_IMAGE = 1e-4           # photons: what is dark can still become light
LEAST_EXPECTED = 0.1         # photons: below, a frame's pixel says nothing

_upsample = Upsample()


def upsampled(frames):
    """frames [b, n, h, w] -> [b, n, 2 h, 2 w]."""
    return _upsample.to(frames.device)(frames)


def _frequencies(height: int, width: int, device):
    """fx [1, width/2+1], fy [height, 1] in cycles per raw px of a fine grid."""
    return 2 * torch.fft.rfftfreq(width, device=device)[None, :], 2 * torch.fft.fftfreq(height, device=device)[:, None]


def _lens(fx, fy, p: Patterns):
    """The lens without the pixels' area, as the service has it, [b, ...]."""
    cut, damping = p.cutoff[:, None, None], p.damping[:, None, None]
    rho = torch.sqrt(fx * fx + fy * fy) / cut
    return optics.ideal_otf(rho) * damping ** rho


def _notch(fx, fy, cut):
    s2 = (fx * fx + fy * fy) / (NOTCH_WIDTH * cut[:, None, None]) ** 2
    return torch.exp(-4 * math.log(2) * s2)


def regularization(frames, variance_of_read):
    """w = noise / signal of one pixel where the sample is brightest, [b]; frames [b, n, h, w], read variance [b]."""
    mean = frames.mean(1).flatten(1).sort(1).values
    level = mean[:, int(0.98 * mean.shape[1]):].mean(1)
    signal = level - mean[:, mean.shape[1] // 2]
    noise = torch.sqrt(level.clamp(min=0) + variance_of_read)
    w = torch.where(signal > 0, noise / signal.clamp(min=1e-6), torch.full_like(signal, MOST_WIENER))
    return w.clamp(LEAST_WIENER, MOST_WIENER)


def _to_fine(spectrum, height: int, width: int):
    """Half spectra [b, n, h, w/2+1] of raw frames, on the fine grid: zero beyond them, moved by the quarter of a raw pixel."""
    b, n, h, half = spectrum.shape
    fine = torch.zeros(b, n, height, width // 2 + 1, dtype=spectrum.dtype, device=spectrum.device)
    fine[..., :h // 2, :half - 1] = spectrum[..., :h // 2, :half - 1]
    fine[..., -(h // 2) + 1:, :half - 1] = spectrum[..., -(h // 2) + 1:, :half - 1]
    return fine * (height * width / (h * 2 * (half - 1)))


def wiener(frames, p: Patterns, angles: int, phases: int, w):
    """Frames [b, n, h, w'] angle-major -> image [b, 1, 2 h, 2 w'] by the generalized Wiener filter of the service.

    p: as estimated. w [b]: regularization.
    """
    b, n, h, width = frames.shape
    height, wide = 2 * h, 2 * width
    # Against bleaching and flicker, as the service does.
    means = frames.mean((2, 3), keepdim=True)
    frames = frames * (means.mean(1, keepdim=True) / means.clamp(min=1e-3))
    fx, fy = _frequencies(height, wide, frames.device)
    otf, notch = _lens(fx, fy, p)[:, None], _notch(fx, fy, p.cutoff)[:, None]
    # The centre of fine pixel 0 lies a quarter of a raw pixel before that of raw pixel 0.
    quarter = -2 * math.pi * 0.25 * (fx + fy)
    spectrum = _to_fine(torch.fft.rfft2(frames), height, wide) * torch.polar(torch.ones_like(quarter), quarter)
    orders = 2 if bool((p.modulation[..., 1] > 0).any()) else 1
    numerator = torch.fft.rfft2(_moved_back(spectrum * otf * (1 - SIDE_NOTCH * notch), p, angles, phases, orders, height, wide))
    numerator = numerator + (spectrum * otf).mean(1) * angles
    total = angles * otf[:, 0] ** 2 + _side_strength(p, angles, phases, orders, fx, fy)
    end = p.cutoff + _highest(p, orders)
    rho = torch.sqrt(fx * fx + fy * fy) / end[:, None, None]
    after = optics.ideal_otf(rho).clamp(min=0) ** APODIZATION_EXPONENT / (total + (w * w)[:, None, None])
    return torch.fft.irfft2(numerator * after, s=(height, wide))[:, None]


def _depth(p: Patterns, angle: int, phases: int, order: int):
    depth = p.modulation[:, angle * phases, order - 1]
    return torch.where(depth > 0, depth.clamp(min=LEAST_MODULATION), depth)


def _highest(p: Patterns, orders: int):
    length = torch.sqrt((p.carrier ** 2).sum(-1)).amax(1)
    second = (p.modulation[..., 1] > 0).any(1)
    return length * torch.where(second, torch.full_like(length, float(orders)), torch.ones_like(length))


def _side_strength(p, angles, phases, orders, fx, fy):
    total = 0.0
    for a in range(angles):
        for o in range(1, orders + 1):
            k, depth = o * p.carrier[:, a * phases], _depth(p, a, phases, o)
            for sign in (-1, 1):
                x, y = fx + sign * k[:, 0, None, None], fy + sign * k[:, 1, None, None]
                otf = _lens(x, y, p)
                total = total + 0.25 * (depth ** 2)[:, None, None] * otf ** 2 * (1 - SIDE_NOTCH * _notch(x, y, p.cutoff))
    return total


def _moved_back(spectrum, p, angles, phases, orders, height, width):
    """Sum over angles and orders of the bands moved back to where they belong, [b, height, width]."""
    fine = torch.fft.irfft2(spectrum, s=(height, width))
    o = torch.arange(-orders, orders + 1, device=fine.device)
    out = 0.0
    for a in range(angles):
        of_angle = slice(a * phases, (a + 1) * phases)
        mixing = torch.polar(torch.ones(len(fine), phases, len(o), device=fine.device), o * p.phase[:, of_angle, None])
        unmix = torch.linalg.pinv(mixing)
        for order in range(1, orders + 1):
            weight = unmix[:, orders + order] * _depth(p, a, phases, order)[:, None]  # twice half the depth: both sides
            band = (weight[..., None, None] * fine[:, of_angle]).sum(1)
            out = out + _times_wave(band, order * p.carrier[:, a * phases])
    return out


def _times_wave(band, carrier):
    """Real part of band [b, h, w] times exp(-2 pi i carrier r) on the fine grid."""
    h, w = band.shape[-2:]
    y, x = ((torch.arange(n, device=band.device) - 0.5) / 2 for n in (h, w))
    angle = -2 * math.pi * (carrier[:, 0, None, None] * x + carrier[:, 1, None, None] * y[:, None])
    return band.real * torch.cos(angle) - band.imag * torch.sin(angle)


def iterations_for(w):
    """Iterations that a regularization w [b] asks for: noise grows with every one. 4 (dark) to 12, [b] integers."""
    share = (torch.log(MOST_WIENER / w) / math.log(10)).clamp(0, 1)
    return torch.round(FEWEST + (MOST - FEWEST) * share).long()


def richardson_lucy(frames, p: Patterns, iterations):
    """Frames [b, n, h, w] -> image [b, 1, 2 h, 2 w], photons per raw px: joint deconvolution through the forward model
    (Richardson 1972, 10.1364/JOSA.62.000055; Lucy 1974, 10.1086/111605; for structured illumination Ströhl & Kaminski 2015,
    10.1063/1.4908264), accelerated to first order (Biggs & Andrews 1997, 10.1364/AO.36.001766).

    iterations [b]: how many for each scene.
    """
    means = frames.mean((2, 3), keepdim=True)
    data = (frames * (means.mean(1, keepdim=True) / means.clamp(min=1e-3))).clamp(min=0)
    light = illumination(p, 2 * frames.shape[-1]).clamp(min=LEAST_LIGHT)
    transfer = transfer_to_raw(p, 2 * frames.shape[-1])
    total = light.sum(1)
    before = torch.maximum(upsampled(data.mean(1, keepdim=True))[:, 0], (0.05 * data.mean((1, 2, 3)) + 0.01)[:, None, None])
    at, change, result = before, None, before
    for k in range(int(iterations.max())):
        ratio = data / image(at[:, None] * light, transfer).clamp(min=LEAST_EXPECTED)
        x = at * (light * transposed(ratio, transfer)).sum(1).clamp(min=0) / total
        result = torch.where((iterations > k)[:, None, None], x, result)
        last, change = change, x - at
        ahead = torch.zeros(len(x), device=x.device)
        if k >= 2:
            ahead = ((change * last).sum((1, 2)) / ((last * last).sum((1, 2)) + 1e-12)).clamp(0, 1)
        at, before = (x + ahead[:, None, None] * (x - before)).clamp(min=LEAST_IMAGE), x
    return result[:, None]


def transposed(frames, transfer):
    """The transpose of `forward.image`, up to a factor: an even frame gives an even image of the same height."""
    b, n, h, w = frames.shape
    fine = _to_fine(torch.fft.rfft2(frames), 2 * h, 2 * w) * transfer.conj()
    return torch.fft.irfft2(fine, s=(2 * h, 2 * w))
