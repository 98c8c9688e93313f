"""What training minimizes: one minus the correlation with the true density, and a little squared error that fixes the scale."""
import torch


def correlation(a, b):
    """Pearson of the last two axes, and the variance of b."""
    a, b = a - a.mean((-2, -1), keepdim=True), b - b.mean((-2, -1), keepdim=True)
    va, vb = (a * a).mean((-2, -1)), (b * b).mean((-2, -1))
    return (a * b).mean((-2, -1)) / torch.sqrt((va + 1e-6) * (vb + 1e-6)), vb


def loss(density, truth, known, scale_part: float):
    """density, truth [t, b, delays, y, x]; known [t, 1, delays]: 0 where the delayed slice lies before the first.

    Returns the loss and the mean correlation of each delay.
    """
    r, variance = correlation(density, truth)
    counted = known * (variance > 1e-5).float()
    n = counted.sum().clamp(min=1)
    error = ((density - truth) ** 2).mean((-2, -1)) / (variance + 0.01)
    value = (counted * ((1 - r) + scale_part * error)).sum() / n
    each = (counted * r.detach()).sum((0, 1)) / counted.sum((0, 1)).clamp(min=1)
    return value, each
