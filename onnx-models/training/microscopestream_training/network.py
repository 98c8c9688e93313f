"""The two-graph localization network: features of one frame, then maps from the features of three frames.

Layout follows DECODE (Speiser et al. 2021, 10.1038/s41592-021-01236-x): a network shared by all frames, and one that
joins three frames' features. It differs in working at half resolution (a strided stem, pixel-shuffled output) and in
residual blocks without normalization layers. Sizes stand in the recipes.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from .claiming import claim

CHANNELS = ("probability", "photons", "x", "y", "sigma_photons", "sigma_x", "sigma_y", "background")
AXIAL_CHANNELS = ("z", "sigma_z")  # after those, in networks for three dimensions
MULTIPLE = 4             # height and width must be divisible by this
MAX_OFFSET = 1.25        # px; an emitter may be claimed by a pixel next to its own
MAX_DEPTH = 1000.0       # nm; |z| stays below
PLACE = 0.6              # px; reported probability is that of an emitter within this distance of the reported position
ROOT_SOFTNESS = 4.0      # photons; below this the root scale turns linear, so negative pixels keep their noise


def _conv(cin, cout, kernel=3, stride=1, pad=None):
    return nn.Conv2d(cin, cout, kernel, stride, kernel // 2 if pad is None else pad)


class Residual(nn.Module):
    """x + conv(relu(conv(relu(x)))). The last convolution starts small, which stands in for normalization."""

    def __init__(self, channels: int):
        super().__init__()
        self.first, self.second = _conv(channels, channels), _conv(channels, channels)
        with torch.no_grad():
            self.second.weight.mul_(0.2)

    def forward(self, x):
        return x + self.second(torch.relu(self.first(torch.relu(x))))


def _blocks(channels, count):
    return nn.Sequential(*[Residual(channels) for _ in range(count)])


class FrameNetwork(nn.Module):
    """frame [n, 1, H, W], photons per px -> features [n, C, H/2, W/2]."""

    def __init__(self, features: int, blocks: int):
        super().__init__()
        self.stem = _conv(2, features, 6, 2, 2)
        self.blocks = _blocks(features, blocks)

    def forward(self, frame):
        # Square root: equal noise at every brightness. Linear: the sum of overlapping spots stays a sum.
        root = 0.25 * root_scale(frame)
        linear = torch.clamp(frame * 0.005, -1.0, 100.0)
        return self.blocks(self.stem(torch.cat((root, linear), 1)))


class ContextNetwork(nn.Module):
    """Features of the previous, current and next frame -> raw maps [n, 8 or 10, H, W] (see `to_maps`)."""

    def __init__(self, features: int, width: int, deep: int, deep_blocks: int, fine_blocks: int, head: int, channels: int):
        super().__init__()
        self.join = _conv(3 * features, width, 1)
        self.before = _blocks(width, fine_blocks)
        self.down = _conv(width, deep, 3, 2)
        self.deep = _blocks(deep, deep_blocks)
        self.up = _conv(deep, 4 * width, 1)
        self.after = _blocks(width, fine_blocks)
        self.head = _conv(width, head)
        self.out = _conv(head, 4 * channels, 1)
        with torch.no_grad():
            self.out.weight.mul_(0.3)
            self.out.bias.zero_()
            self.out.bias[:4] = -4.0  # most pixels hold no emitter

    def forward(self, previous, current, following):
        x = self.before(self.join(torch.cat((previous, current, following), 1)))
        y = self.deep(self.down(torch.relu(x)))
        x = self.after(x + F.pixel_shuffle(self.up(torch.relu(y)), 2))
        return F.pixel_shuffle(self.out(torch.relu(self.head(torch.relu(x)))), 2)


def log_photons(raw):
    return torch.clamp(raw + 7.0, 2.0, 11.5)


def log_sigma_log_photons(raw):
    return torch.clamp(raw - 2.0, -5.0, 1.0)


def log_sigma_position(raw):
    return torch.clamp(raw - 1.5, -4.6, 0.7)


def depth(raw):
    """z in nm; near linear over the middle half of its range."""
    return MAX_DEPTH * torch.tanh(raw)


def log_sigma_depth(raw):
    """Logarithm of sigma_z in nm: 4 to 600."""
    return torch.clamp(raw + 4.0, 1.4, 6.4)


def root_scale(photons):
    """x / sqrt(|x| + 4): about the square root, on which shot noise is equal everywhere, but linear through zero."""
    return photons * torch.rsqrt(torch.abs(photons) + ROOT_SOFTNESS)


def background_root(raw):
    """Predicted background on `root_scale`, where errors at every level weigh alike."""
    return 2.0 * raw + 3.0


def from_root_scale(q):
    """Inverse of `root_scale`."""
    return 0.5 * q * (torch.abs(q) + torch.sqrt(q * q + 4.0 * ROOT_SOFTNESS))


def to_maps(raw):
    """Raw network output -> the channels of CHANNELS (and AXIAL_CHANNELS) in their units, [n, 8 or 10, H, W].

    x, y: offset from the pixel's centre in px (x along columns); z in nm. The network predicts log photons with a
    Gaussian error; sigma_photons is its linearization.
    """
    p, n, x, y, sn, sx, sy, b, *axial = torch.split(raw, 1, 1)
    photons = torch.exp(log_photons(n))
    maps = [torch.sigmoid(p), photons, MAX_OFFSET * torch.tanh(x), MAX_OFFSET * torch.tanh(y),
            photons * torch.exp(log_sigma_log_photons(sn)),
            torch.exp(log_sigma_position(sx)), torch.exp(log_sigma_position(sy)), from_root_scale(background_root(b))]
    if axial:
        maps += [depth(axial[0]), torch.exp(log_sigma_depth(axial[1]))]
    return torch.cat(maps, 1)


def final_maps(raw, sigma_calibration=(0.0, 1.0)):
    """The maps that users see: `to_maps`, probability gathered on emitters (`claiming`), uncertainties calibrated.

    sigma_calibration (log a, b): sigma_x and sigma_y are reported as a * sigma^b px (see `calibrate`). The reported
    probability is that of an emitter within PLACE of the reported position: in a crowd the network may be sure that
    there is another emitter, but not where.
    """
    p, n, x, y, sn, sx, sy, *others = torch.split(claim(to_maps(raw)), 1, 1)
    log_a, power = sigma_calibration
    sx, sy = torch.exp(log_a + power * torch.log(sx)), torch.exp(log_a + power * torch.log(sy))
    p = p * (1 - torch.exp(-PLACE ** 2 / (sx * sx + sy * sy)))
    return torch.cat((p, n, x, y, sn, sx, sy, *others), 1)


class Localizer(nn.Module):
    """Both graphs together, as trained. sigma_calibration: see `final_maps`; training does not touch it."""

    sigma_calibration = (0.0, 1.0)

    def __init__(self, features=48, width=64, deep=96, frame_blocks=2, deep_blocks=2, fine_blocks=1, head=96, axial=False):
        super().__init__()
        self.channels = CHANNELS + AXIAL_CHANNELS if axial else CHANNELS
        self.frame = FrameNetwork(features, frame_blocks)
        self.context = ContextNetwork(features, width, deep, deep_blocks, fine_blocks, head, len(self.channels))

    def forward(self, frames, keep=None, ring=False):
        """frames [sequences, T, H, W] -> raw maps [sequences * T, 8 or 10, H, W], each frame with its neighbours.

        ring: the last frame precedes the first (training scenes); otherwise the ends get zero features.
        keep [2, sequences, T]: 0 replaces that previous (0) or next (1) frame's features by zeros, 1 keeps them.
        """
        b, t, h, w = frames.shape
        f = self.frame(frames.reshape(b * t, 1, h, w))
        g = f.reshape(b, t, *f.shape[1:])
        zero = torch.zeros_like(g[:, :1])
        previous = torch.cat((g[:, -1:] if ring else zero, g[:, :-1]), 1)
        following = torch.cat((g[:, 1:], g[:, :1] if ring else zero), 1)
        if keep is not None:
            previous = previous * keep[0][..., None, None, None].to(g.dtype)
            following = following * keep[1][..., None, None, None].to(g.dtype)
        return self.context(previous.reshape(f.shape), f, following.reshape(f.shape)).float()


def multiply_adds_per_pixel(model: Localizer) -> float:
    """Convolution multiply-adds per full-resolution pixel and frame, features computed once."""
    total = 0.0
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            coarse = name in ("context.up",) or name.startswith(("context.deep", "context.down"))
            total += m.weight.numel() / (16 if coarse else 4)
    return total
