"""Networks of frames to one image: a residual U-Net of two scales that works at half and a quarter of the raw resolution.

The input is in photons and normalized pixel by pixel inside the graph, so that a tile means what the whole frame means.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from ..network import Residual, from_root_scale, root_scale

MULTIPLE = 4  # height and width must be divisible by this


def _conv(cin, cout, kernel=3, stride=1, pad=None):
    return nn.Conv2d(cin, cout, kernel, stride, kernel // 2 if pad is None else pad)


def _blocks(channels, count):
    return nn.Sequential(*[Residual(channels) for _ in range(count)])


class FrameStackNetwork(nn.Module):
    """frames [b, n, H, W] photons -> image [b, 1, upscale H, upscale W] photons per raw pixel."""

    def __init__(self, frames: int, upscale: int, width=64, deep=96, fine_blocks=2, deep_blocks=5):
        super().__init__()
        self.frames, self.upscale = frames, upscale
        self.stem = _conv(2 * frames, width, 6, 2, 2)
        self.before = _blocks(width, fine_blocks)
        self.down = _conv(width, deep, 3, 2)
        self.deep = _blocks(deep, deep_blocks)
        self.up = _conv(deep, 4 * width, 1)
        self.after = _blocks(width, fine_blocks)
        self.head = _conv(width, width)
        self.out = _conv(width, (2 * upscale) ** 2)

    def raw(self, frames):
        """The image on the root scale, a quarter of it (see `root_scale`): where noise is equal at every brightness."""
        # Square root: equal noise at every brightness. Linear: what the lens adds up stays a sum.
        x = torch.cat((0.25 * root_scale(frames), torch.clamp(frames * 0.004, -1.0, 100.0)), 1)
        x = self.before(self.stem(x))
        y = self.deep(self.down(torch.relu(x)))
        x = self.after(x + F.pixel_shuffle(self.up(torch.relu(y)), 2))
        return F.pixel_shuffle(self.out(torch.relu(self.head(torch.relu(x)))), 2 * self.upscale)

    def forward(self, frames):
        return to_photons(self.raw(frames))


def to_photons(raw):
    """Inverse of the network's scale, without negative light."""
    return from_root_scale(4 * torch.relu(raw))


def multiply_adds_per_pixel(model: FrameStackNetwork) -> float:
    """Convolution multiply-adds per raw pixel for one image."""
    total = 0.0
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            coarse = name == "up" or name.startswith(("deep", "down"))
            total += m.weight.numel() / (16 if coarse else 4)
    return total
