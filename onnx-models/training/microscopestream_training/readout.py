"""Reading localizations out of the maps, in NumPy: the reference for every other implementation of the rule.

1. p is set to 0 where it is at most `candidate_probability`.
2. A pixel that equals its 3x3 maximum (and is above 0) stands for its cross, value = p + its four neighbours' p
   (as the network gave them), because the probability of one emitter spreads over the pixels it straddles.
3. Any other pixel above `split_probability` is an emitter of its own; its value is its cross too.
4. Emitters are pixels whose value exceeds `accept_probability`; reported probabilities are clipped to 1.
"""
import numpy as np

# The maps hold probability on emitters' own pixels only (`claiming`), so every pixel that is accepted is an emitter.
DEFAULTS = dict(candidate_probability=0.1, accept_probability=0.5, split_probability=0.5)


def _shifted_maximum(p):
    q = np.pad(p, [(0, 0)] * (p.ndim - 2) + [(1, 1), (1, 1)], constant_values=-np.inf)
    h, w = p.shape[-2:]
    return np.max([q[..., i:i + h, j:j + w] for i in range(3) for j in range(3)], axis=0)


def emitter_mask(p, candidate_probability, accept_probability, split_probability):
    """Boolean mask of emitter pixels and their probability, for p [..., H, W]."""
    clipped = np.where(p > candidate_probability, p, 0)
    peak = (clipped == _shifted_maximum(clipped)) & (clipped > 0)
    q = np.pad(p, [(0, 0)] * (p.ndim - 2) + [(1, 1), (1, 1)])
    cross = p + q[..., :-2, 1:-1] + q[..., 2:, 1:-1] + q[..., 1:-1, :-2] + q[..., 1:-1, 2:]
    split = ~peak & (p > split_probability)
    value = np.where(peak | split, cross, 0)
    return value > accept_probability, np.minimum(value, 1)


def read_out(maps, **thresholds):
    """maps [frames, 8 or 10, H, W] -> table [n, 9 or 11]: frame, x, y (px from the corner), photons, sigma_x, sigma_y (px),
    sigma_photons, background, probability, and z, sigma_z (nm) of 3D networks."""
    mask, value = emitter_mask(maps[:, 0], **{**DEFAULTS, **thresholds})
    f, r, c = np.nonzero(mask)
    m = maps[f, :, r, c]
    return np.stack((f, c + 0.5 + m[:, 2], r + 0.5 + m[:, 3], m[:, 1], m[:, 5], m[:, 6], m[:, 4], m[:, 7],
                     value[f, r, c], *m[:, 8:].T), 1)
