"""What the refining networks are given: a reconstruction on the fine grid, as the service makes it, and the widefield image.

Batched, with the patterns that an estimate gives; fields are periodic here, so give them a margin. The service's own code is
`src/MicroscopeStream.StructuredIllumination/Reconstruction`; a test there holds its images against values of this recipe.
"""
import math

import torch

from .demodulation import Upsample
from .forward import illumination, image, transfer_to_raw
from .patterns import Patterns

LEAST_WIENER, MOST_WIENER = 0.02, 0.5  # between which the service's regularization follows the light
FEWEST, MOST = 4, 12         # iterations of Richardson and Lucy
LEAST_LIGHT = 0.05           # of a pattern, so that a pixel is never taken for dark altogether
LEAST_IMAGE = 1e-4           # photons: what is dark can still become light
LEAST_EXPECTED = 0.1         # photons: below, a frame's pixel says nothing

_upsample = Upsample()


def upsampled(frames):
    """frames [b, n, h, w] -> [b, n, 2 h, 2 w]."""
    return _upsample.to(frames.device)(frames)


def regularization(frames, variance_of_read):
    """w = noise / signal of one pixel where the sample is brightest, [b]; frames [b, n, h, w], read variance [b]."""
    mean = frames.mean(1).flatten(1).sort(1).values
    level = mean[:, int(0.98 * mean.shape[1]):].mean(1)
    signal = level - mean[:, mean.shape[1] // 2]
    noise = torch.sqrt(level.clamp(min=0) + variance_of_read)
    w = torch.where(signal > 0, noise / signal.clamp(min=1e-6), torch.full_like(signal, MOST_WIENER))
    return w.clamp(LEAST_WIENER, MOST_WIENER)


def _to_fine(spectrum, height: int, width: int):
    """Half spectra [b, n, h, w/2+1] of raw frames, on the fine grid: zero beyond them."""
    b, n, h, half = spectrum.shape
    fine = torch.zeros(b, n, height, width // 2 + 1, dtype=spectrum.dtype, device=spectrum.device)
    fine[..., :h // 2, :half - 1] = spectrum[..., :h // 2, :half - 1]
    fine[..., -(h // 2) + 1:, :half - 1] = spectrum[..., -(h // 2) + 1:, :half - 1]
    return fine * (height * width / (h * 2 * (half - 1)))


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
