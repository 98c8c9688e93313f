"""Positions of emitters that straddle pixels, joined from the pixels that share their probability.

The network predicts for each pixel where an emitter would be if that pixel held it. Where an emitter may lie on either
side of a pixel's edge, two pixels share its probability and each reports a position drawn to its own inside, which
shows as a pattern of the pixel grid in dense images. The read-out sums the probability over a cross; this does the
same for the position: the mean and the spread of the mixture over the cross, of the components that overlap.
"""
import torch
import torch.nn.functional as F

OWN = 0.6             # a neighbour above this is an emitter of its own by the read-out's rule
AFFINITY = 1.0        # components further apart than about this many joint standard deviations are other emitters
FLOOR = 0.02          # px^2 added to the joint variance
NOBODY = 1e-3         # added to a pixel's own p, so that pixels without emitters keep their values whatever rounding does
NEIGHBOURS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # (rows, columns)
REACH = 1             # px that maps depend on beyond the network's own reach


def _neighbours(fields):
    """[n, c, H, W] -> [n, 4 c, H, W]: each channel's right, left, lower, upper neighbour, 0 outside the frame."""
    # Written as nested lists: a constant to the exporter, where assignments would be traced as operations.
    kernel = [[[[float(k == c and (dy, dx) == (i - 1, j - 1)) for j in range(3)] for i in range(3)]
               for c in range(fields.shape[1])] for k in range(fields.shape[1]) for dy, dx in NEIGHBOURS]
    return F.conv2d(fields, torch.tensor(kernel, dtype=fields.dtype, device=fields.device), padding=1)


def share(maps, affinity=AFFINITY):
    """maps [n, 8, H, W] -> the same with x, y, sigma_x, sigma_y joined over each pixel's cross."""
    p, photons, x, y, sigma_photons, sx, sy, background = torch.split(maps, 1, 1)
    pk, xk, yk, sxk, syk = torch.split(_neighbours(torch.cat((p, x, y, sx, sy), 1)), 4, 1)
    xk = xk + torch.tensor([float(dx) for _, dx in NEIGHBOURS], dtype=maps.dtype, device=maps.device).view(1, 4, 1, 1)
    yk = yk + torch.tensor([float(dy) for dy, _ in NEIGHBOURS], dtype=maps.dtype, device=maps.device).view(1, 4, 1, 1)
    apart = (xk - x) ** 2 / (sx ** 2 + sxk ** 2 + FLOOR) + (yk - y) ** 2 / (sy ** 2 + syk ** 2 + FLOOR)
    weight = pk * (pk <= OWN).to(maps.dtype) * torch.exp(apart * (-0.5 / affinity ** 2))
    total = p + weight.sum(1, keepdim=True) + NOBODY
    own = (p + NOBODY) / total
    weight = weight / total

    def joined(mu, sigma, mu_k, sigma_k):
        # About the pixel's own mean, which keeps the variance free of cancellation.
        d = mu_k - mu
        shift = (weight * d).sum(1, keepdim=True)
        variance = own * sigma ** 2 + (weight * (sigma_k ** 2 + d ** 2)).sum(1, keepdim=True) - shift ** 2
        return mu + shift, torch.sqrt(torch.relu(variance) + 1e-6)
    x, sx = joined(x, sx, xk, sxk)
    y, sy = joined(y, sy, yk, syk)
    return torch.cat((p, photons, x, y, sigma_photons, sx, sy, background), 1)
