"""How far a pixel of map or state reaches in one step: by how much tiles must overlap."""
import copy

import torch

from .network import CELL, MULTIPLE, VideoNetwork


def receptive_radius(model: VideoNetwork) -> int:
    """Largest distance, map px along one axis, between an output (density or new state) and an input (map or old state) that it
    depends on, and one element of the coarser state more: tiles are cut on whole elements.

    Found with random weights, by which no path cancels another, and with the leaky output of training, which lets gradients pass.
    """
    probe = copy.deepcopy(model).double().train()
    with torch.no_grad():
        for p in probe.parameters():
            p.uniform_(-0.2, 0.2)
    half = 96
    while True:
        width = 2 * half
        counts = torch.rand(1, 1, MULTIPLE, width, dtype=torch.float64, requires_grad=True)
        state = [torch.rand(s.shape, dtype=torch.float64, requires_grad=True) for s in probe.start(1, MULTIPLE, width)]
        density, hidden, sums = probe(counts, *state)
        reach = 0
        for out, stride in ((density, 1), (hidden, CELL), (sums, 1)):
            for x in range(half // stride, (half + MULTIPLE) // stride):
                gradients = torch.autograd.grad(out[..., x].sum(), [counts, *state], retain_graph=True, allow_unused=True)
                for gradient, step in zip(gradients, (1, CELL, 1)):
                    if gradient is None:
                        continue
                    touched = torch.nonzero(gradient.abs().sum((0, 1, 2)))[:, 0]
                    if len(touched):
                        # Outer edges of what touches and what is touched.
                        reach = max(reach, (x + 1) * stride - int(touched.min()) * step - 1, (int(touched.max()) + 1) * step - x * stride - 1)
        if reach < half - MULTIPLE:
            return reach + CELL
        half *= 2
