"""Networks of frames to one image: a residual U-Net of two scales that works at half and a quarter of the raw resolution.

The input is in photons and normalized pixel by pixel inside the graph, so that a tile means what the whole frame means.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from ..network import Residual, from_root_scale, root_scale
from .demodulation import PER_ANGLE, Demodulate
from .estimator import PatternEstimator

MULTIPLE = 4  # height and width must be divisible by this, in networks of raw frames


def multiple_of(model) -> int:
    """By what height and width of a network's input must be divisible."""
    return getattr(model, "multiple", MULTIPLE)


def _conv(cin, cout, kernel=3, stride=1, pad=None):
    return nn.Conv2d(cin, cout, kernel, stride, kernel // 2 if pad is None else pad)


def _blocks(channels, count):
    return nn.Sequential(*[Residual(channels) for _ in range(count)])


class Trunk(nn.Module):
    """Features at half the raw resolution [b, width, H/2, W/2] -> [b, 1, upscale H, upscale W]."""

    def __init__(self, upscale: int, width: int, deep: int, fine_blocks: int, deep_blocks: int):
        super().__init__()
        self.upscale = upscale
        self.before = _blocks(width, fine_blocks)
        self.down = _conv(width, deep, 3, 2)
        self.deep = _blocks(deep, deep_blocks)
        self.up = _conv(deep, 4 * width, 1)
        self.after = _blocks(width, fine_blocks)
        self.head = _conv(width, width)
        self.out = _conv(width, (2 * upscale) ** 2)
        with torch.no_grad():
            self.out.weight.mul_(0.2)

    def forward(self, x):
        x = self.before(x)
        y = self.deep(self.down(torch.relu(x)))
        x = self.after(x + F.pixel_shuffle(self.up(torch.relu(y)), 2))
        return F.pixel_shuffle(self.out(torch.relu(self.head(torch.relu(x)))), 2 * self.upscale)


class SimNetwork(nn.Module):
    """frames [b, angles x phases, H, W] photons, angle-major -> image [b, 1, 2 H, 2 W] photons per raw pixel.

    Patterns are found in the frames (`estimator`), frames multiplied by them (`demodulation`), the rest is learned.
    """

    upscale = 2

    def __init__(self, angles: int, phases: int, width=48, deep=80, fine_blocks=2, deep_blocks=4):
        super().__init__()
        self.frames = angles * phases
        self.estimate, self.demodulate = PatternEstimator(angles, phases), Demodulate(angles, phases)
        self.stem = _conv(PER_ANGLE * angles, width, 8, 4, 2)
        self.trunk = Trunk(2, width, deep, fine_blocks, deep_blocks)
        self.linear = _conv(PER_ANGLE * angles, 1, 9)
        with torch.no_grad():  # at first: widefield, and what moving back adds to it
            self.linear.weight.mul_(0.1)
            self.linear.bias.zero_()
            self.linear.weight[0, ::PER_ANGLE, 4, 4] += 1 / angles
            self.linear.weight[0, 1::PER_ANGLE, 4, 4] += 1 / angles

    def raw(self, frames, carrier, phase):
        """The image in photons, below zero in places: a linear reconstruction and what the trunk corrects of it."""
        features, scale = self.demodulate(frames, carrier, phase)
        return (self.linear(features) + self.trunk(self.stem(features))) / scale

    def forward(self, frames):
        return torch.relu(self.raw(frames, *self.estimate(frames)))


class Refiner(nn.Module):
    """planes [b, 2, Y, X], photons per raw px on the fine grid: a reconstruction, and the widefield image -> image [b, 1, Y, X].

    What a reconstruction has of the sample is kept; noise is taken out, and what training knows of samples is put in. Which
    frames, patterns and lens made the planes is not asked.
    """

    upscale, frames, multiple = 1, 2, 8

    def __init__(self, width=48, deep=80, fine_blocks=2, deep_blocks=4):
        super().__init__()
        self.stem = _conv(3, width, 8, 4, 2)
        self.trunk = Trunk(2, width, deep, fine_blocks, deep_blocks)
        self.linear = _conv(3, 1, 9)
        with torch.no_grad():
            self.linear.weight.mul_(0.05)

    def raw(self, planes, *_):
        """The image in photons, below zero in places."""
        made, wide = planes[:, :1], planes[:, 1:]
        # Noise grows with the root of the light: divided by it, it is equal everywhere, and sums stay sums.
        scale = 0.25 * torch.rsqrt(torch.abs(wide) + 4.0)
        features = torch.cat((made * scale, wide * scale, 0.25 * root_scale(made)), 1)
        return made + (self.linear(features) + self.trunk(self.stem(features))) / scale

    def forward(self, planes):
        return torch.relu(self.raw(planes))


class Denoiser(nn.Module):
    """frames [b, n, H, W] photons -> the same without noise, [b, n, H, W]; every frame alone where n is 1."""

    upscale = 1

    def __init__(self, frames: int, width=48, deep=64, fine_blocks=1, deep_blocks=4):
        super().__init__()
        self.frames = frames
        self.stem = _conv(2 * frames, width, 6, 2, 2)
        self.trunk = Trunk(1, width, deep, fine_blocks, deep_blocks)

    def raw(self, frames, carrier=None, phase=None):
        """Photons, below zero in places: on the root scale, where noise is equal at every brightness, a correction of the frame."""
        # Linear beside root: what the lens adds up stays a sum.
        root, linear = 0.25 * root_scale(frames), torch.clamp(frames * 0.004, -1.0, 100.0)
        return from_root_scale(4 * (root + self.trunk(self.stem(torch.cat((root, linear), 1)))))

    def forward(self, frames):
        return torch.relu(self.raw(frames))


def multiply_adds_per_pixel(model) -> float:
    """Multiply-adds per raw pixel for one image, of the learned convolutions."""
    total = 0.0
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            if name == "linear":
                total += m.weight.numel() * 4
                continue
            coarse = name == "trunk.up" or name.startswith(("trunk.deep", "trunk.down"))
            total += m.weight.numel() / (16 if coarse else 4)
    return total
