"""From a probability for every pixel to emitters: each peak claims one emitter's worth of the probability around it.

The network spreads an emitter's probability over the pixels that it may lie in, and that of two close emitters over one
patch. A read-out that takes a patch's sum at its peak merges the two. Here a peak claims from its neighbours what it
lacks to 1, most of all from those that mean the same place; what is left over may peak again and is a second emitter.
All pixels claim at once, in a few passes, inside the exported context graph. An emitter's position is the mean over the
components it consists of, its variance theirs: that also takes out the pixel grid, to which an uncertain emitter's
components are drawn.
"""
import torch
import torch.nn.functional as F

CANDIDATE = 0.1       # probability from which a pixel may claim
AFFINITY = 1.0        # components further apart than about this many joint standard deviations are other emitters
FLOOR = 0.02          # px^2 added to the joint variance
GREED = 1.25          # at most this times a neighbour's nearness is claimed of it, of all that a peak lacks
PASSES = 3            # a fourth finds next to nothing
REACH = 3 * (PASSES - 1) + 2  # px that maps depend on beyond the network's own reach
NOTHING = 1e-6        # keeps divisions finite where there is nothing to claim
NEIGHBOURS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))  # (rows, columns)


def _constant(values, like):
    # Written as nested lists: a constant to the exporter, where assignments would be traced as operations.
    return torch.tensor(values, dtype=like.dtype, device=like.device)


def _one_hot(dy, dx):
    return [[float((dy, dx) == (i - 1, j - 1)) for j in range(3)] for i in range(3)]


def _gather(fields):
    """[n, c, H, W] -> [n, 8 c, H, W]: each channel's eight neighbours, 0 outside the frame."""
    nothing, channels = [[0.0] * 3] * 3, range(fields.shape[1])
    kernel = [[_one_hot(dy, dx) if k == c else nothing for c in channels] for k in channels for dy, dx in NEIGHBOURS]
    return F.conv2d(fields, _constant(kernel, fields), padding=1)


def _scatter(given):
    """[n, 8, H, W], what a pixel takes from its eight neighbours -> [n, 1, H, W], what each pixel loses."""
    return F.conv2d(given, _constant([[_one_hot(-dy, -dx) for dy, dx in NEIGHBOURS]], given), padding=1)


def claim(maps, affinity=AFFINITY, passes=PASSES):
    """maps [n, 8 or 10, H, W] -> the same with the probability gathered on emitters' pixels, 0 elsewhere; x, y, z and
    their sigmas there are those of all that the emitter consists of."""
    p, photons, x, y, sigma_photons, sx, sy, background, *axial = torch.split(maps, 1, 1)
    vx, vy = sx * sx, sy * sy
    dx, dy, vxk, vyk = torch.split(_gather(torch.cat((x, y, vx, vy), 1)), 8, 1)
    dx = dx + _constant([[[[float(c)]] for _, c in NEIGHBOURS]], maps) - x
    dy = dy + _constant([[[[float(r)]] for r, _ in NEIGHBOURS]], maps) - y
    near = torch.exp((dx * dx / (vx + vxk + FLOOR) + dy * dy / (vy + vyk + FLOOR)) * (-0.5 / affinity ** 2))

    left = p
    for k in range(passes):
        peak = ((left >= F.max_pool2d(left, 3, 1, 1)) & (left > CANDIDATE)).to(maps.dtype)
        rest = left * (1 - peak)
        around = _gather(rest)
        available = around * near
        scale = torch.clamp((1 - left) / (available.sum(1, keepdim=True) + NOTHING), 0.0, GREED) * peak
        taken = around * torch.clamp(near * scale, 0.0, 1.0)
        gained = peak * left + taken.sum(1, keepdim=True)
        value, claimed = (gained, taken) if k == 0 else (value + gained, claimed + taken)
        if k + 1 < passes:
            left = torch.relu(rest - _scatter(taken))
    weight = claimed / (value + NOTHING)
    own = 1 - weight.sum(1, keepdim=True)

    def joined(mu, v, d, vk):
        # About the pixel's own mean, which keeps the variance free of cancellation.
        shift = (weight * d).sum(1, keepdim=True)
        variance = own * v + (weight * (vk + d * d)).sum(1, keepdim=True) - shift * shift
        return mu + shift, torch.sqrt(torch.relu(variance) + 1e-8)
    x, sx = joined(x, vx, dx, vxk)
    y, sy = joined(y, vy, dy, vyk)
    if axial:
        z, sz = axial
        zk, vzk = torch.split(_gather(torch.cat((z, sz * sz), 1)), 8, 1)
        axial = joined(z, sz * sz, zk - z, vzk)
    return torch.cat((value, photons, x, y, sigma_photons, sx, sy, background, *axial), 1)
