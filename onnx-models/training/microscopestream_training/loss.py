"""Training loss: emitters as draws from a Gaussian mixture over pixels, the count of emitters, and the background.

After Speiser et al. 2021 (10.1038/s41592-021-01236-x): each pixel k holds an emitter with probability p_k; given the
count, emitters are draws from sum_k p_k N(mu_k, sigma_k) / sum_k p_k; the count is Poisson-binomial, taken as a
Gaussian. Differences: photons are Gaussian in their logarithm, the mixture of an emitter sums only over the pixels
around it (others are too far to contribute), and frames are weighted by 1/sqrt(emitters) so that dense ones do not
drown sparse ones.
"""
import math

import torch
import torch.nn.functional as F

from . import network as net
from .simulator import Scene

REACH = 2  # px around an emitter's own pixel whose mixture components are considered
LATTICE_VARIANCE = 1.0 / 12.0  # the count is an integer, its Gaussian a density over an interval of one


def mixture_log_likelihood(raw, frame_index, x, y, photons, z=None):
    """log sum_k p_k N_k(emitter), one value per emitter [n]; raw [frames, 8 or 10, H, W], z in nm with the latter."""
    frames, channels, h, w = raw.shape
    span = torch.arange(-REACH, REACH + 1, device=raw.device)
    row = y.long()[:, None, None] + span[None, :, None]
    col = x.long()[:, None, None] + span[None, None, :]
    valid = ((row >= 0) & (row < h) & (col >= 0) & (col < w)).flatten(1)
    row, col = torch.broadcast_tensors(row.clamp(0, h - 1), col.clamp(0, w - 1))
    index = (frame_index[:, None, None] * h + row) * w + col
    # As an embedding lookup, because its gradient is a fast row-wise scatter.
    rows = F.embedding(index.flatten(1), raw.permute(0, 2, 3, 1).reshape(-1, channels))
    p, n, dx, dy, sn, sx, sy, _, *axial = rows.unbind(-1)
    lx, ly, ln = net.log_sigma_position(sx), net.log_sigma_position(sy), net.log_sigma_log_photons(sn)
    zx = (x[:, None] - col.flatten(1) - 0.5 - net.MAX_OFFSET * torch.tanh(dx)) * torch.exp(-lx)
    zy = (y[:, None] - row.flatten(1) - 0.5 - net.MAX_OFFSET * torch.tanh(dy)) * torch.exp(-ly)
    zn = (torch.log(photons)[:, None] - net.log_photons(n)) * torch.exp(-ln)
    log_normal = -0.5 * (zx ** 2 + zy ** 2 + zn ** 2) - lx - ly - ln - 1.5 * math.log(2 * math.pi)
    if axial:
        lz = net.log_sigma_depth(axial[1])
        log_normal = log_normal - 0.5 * ((z[:, None] - net.depth(axial[0])) * torch.exp(-lz)) ** 2 - lz
    terms = (F.logsigmoid(p) + log_normal).masked_fill(~valid, -1e4)
    return torch.logsumexp(terms, 1)


def count_log_likelihood(p, count):
    """Log density of the emitter count [frames] under the Gaussian approximation; p [frames, H, W]."""
    mean = p.sum((1, 2))
    variance = (p * (1 - p)).sum((1, 2)) + LATTICE_VARIANCE
    return -0.5 * ((count - mean) ** 2 / variance + torch.log(2 * math.pi * variance))


def loss(raw, scene: Scene, bce_weight: float = 0.0, background_weight: float = 0.5):
    """Mean loss over frames (scalar) and its parts as a dictionary of floats."""
    raw = raw.float()
    frames = raw.shape[0]
    p = torch.sigmoid(raw[:, 0])
    count = torch.bincount(scene.frame_index, minlength=frames).to(raw.dtype)
    weight = torch.rsqrt(count + 5.0)
    weight = weight / (weight * (count + 5.0)).mean()

    located = mixture_log_likelihood(raw, scene.frame_index, scene.x, scene.y, scene.photons, scene.z)
    total = torch.log(p.sum((1, 2)) + 1e-6)
    mixture = -(torch.zeros_like(count).index_add(0, scene.frame_index, located) - count * total)
    counted = -count_log_likelihood(p, count)
    detection = (weight * (mixture + counted)).mean()

    truth = net.root_scale(scene.background.reshape(frames, *raw.shape[2:]))
    # Huber: haze that no network can tell from emitters must not rule the gradient.
    background = F.smooth_l1_loss(net.background_root(raw[:, 7]), truth, beta=0.5)
    value = detection + background_weight * background
    parts = dict(detection=detection.item(), background=background.item())

    if bce_weight > 0:
        # Plain per-pixel detection gives p a head start, before positions are good enough for the mixture to place it.
        # Later a little of it keeps p on the emitter's own pixel: the mixture does not care which of several pixels
        # with equal predictions holds p, and p that spreads is lost to the read-out.
        target = torch.zeros_like(p)
        target[scene.frame_index, scene.y.long(), scene.x.long()] = 1.0
        bce = F.binary_cross_entropy_with_logits(raw[:, 0], target, reduction="none").sum((1, 2))
        value = value + bce_weight * (weight * bce).mean()
    parts["total"] = value.item()
    return value, parts
