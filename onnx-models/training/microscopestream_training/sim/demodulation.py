"""What the patterns are for: frames times their own pattern, on the fine grid, before the network sees them.

A pattern moves fine structure down to where the lens passes it; multiplying by the pattern again moves it back. A network of
convolutions can hardly learn a product with a wave of any direction; given the product, it only has to weigh and to clean.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

PER_ANGLE = 5  # widefield, and cosine and sine of orders 1 and 2


class Upsample(nn.Module):
    """Frames onto the fine grid, at -1/4 and +1/4 raw px from each centre, by a Lanczos kernel of six taps (fixed)."""

    def __init__(self):
        super().__init__()
        at = torch.arange(-3, 4, dtype=torch.float64)

        def taps(shift):
            d = (at - shift).clamp(-3, 3)
            w = torch.sinc(d) * torch.sinc(d / 3)
            return w / w.sum()
        rows = torch.stack((taps(-0.25), taps(0.25)))
        kernel = torch.einsum("ay,bx->abyx", rows, rows).reshape(4, 1, 7, 7)
        self.register_buffer("kernel", kernel.float(), persistent=False)

    def forward(self, frames):
        b, n, h, w = frames.shape
        flat = F.pad(frames.reshape(b * n, 1, h, w), (3, 3, 3, 3), mode="replicate")
        return F.pixel_shuffle(F.conv2d(flat, self.kernel), 2).reshape(b, n, 2 * h, 2 * w)


def waves(carrier, phase, height, width):
    """Cosine and sine of 2 pi carrier . r + phase on the fine grid, [b, n, height, width] each.

    carrier [b, n, 2] (x, y) cycles per raw px; phase [b, n] at the centre of raw pixel (0, 0).
    """
    x = (torch.arange(width, device=phase.device) - 0.5) * 0.5
    y = (torch.arange(height, device=phase.device) - 0.5) * 0.5
    ax = (2 * math.pi * carrier[..., :1] * x + phase[..., None]).unsqueeze(-2)
    ay = (2 * math.pi * carrier[..., 1:] * y).unsqueeze(-1)
    cx, sx, cy, sy = torch.cos(ax), torch.sin(ax), torch.cos(ay), torch.sin(ay)
    return cy * cx - sy * sx, sy * cx + cy * sx


class Demodulate(nn.Module):
    """Frames [b, angles x phases, H, W] photons and their patterns -> features [b, 5 angles, 2 H, 2 W] and their scale.

    Of each angle: the mean of its frames, and of what each differs from the mean of all, the products with cosine and sine of
    orders 1 and 2 of its pattern. Features are photons x scale [b, 1, 2 H, 2 W].
    """

    def __init__(self, angles: int, phases: int):
        super().__init__()
        self.angles, self.phases, self.upsample = angles, phases, Upsample()

    def forward(self, frames, carrier, phase):
        fine = self.upsample(frames)
        b, n, h, w = fine.shape
        c, s = waves(carrier, phase, h, w)
        mean = fine.mean(1, keepdim=True)
        # Noise grows with the root of the light: divided by it, it is equal everywhere, and sums stay sums.
        scale = 0.25 * torch.rsqrt(torch.abs(mean) + 4.0)
        # What all frames share would drown the moved-back structure in an unmoved copy times the wave.
        own = fine - mean
        products = torch.stack((fine, own * c, own * s, own * (2 * c * c - 1), own * (2 * s * c)), 2)
        per_angle = products.reshape(b, self.angles, self.phases, PER_ANGLE, h, w).mean(2)
        return per_angle.reshape(b, self.angles * PER_ANGLE, h, w) * scale, scale
