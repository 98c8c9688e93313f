"""How far a raw pixel reaches in the image: by how much tiles of a large frame must overlap."""
import copy

import torch
import torch.nn as nn

from .network import multiple_of


def receptive_radius(model) -> int:
    """Largest distance, raw px along one axis, between an output pixel's raw pixel and one that it depends on.

    Positive weights on positive input: every unit is active and no path cancels another, so that an output's gradient is
    nonzero exactly where the architecture connects it. Every place on the stride's grid is tried. The patterns are given:
    where the network looks for them itself, it does so in the whole of what it is given.
    """
    probe = copy.deepcopy(model).double().eval()
    for m in probe.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.constant_(m.weight, 1.0 / m.weight[0].numel())
            nn.init.constant_(m.bias, 0.0)
    half, multiple = 64, multiple_of(model)
    while True:
        # One strip is enough: everything is alike along both axes.
        frames = torch.ones(1, model.frames, multiple, 2 * half, dtype=torch.float64, requires_grad=True)
        # A pattern of no frequency is 1 everywhere: nothing is hidden in its zeros.
        still = torch.zeros(1, model.frames, 2, dtype=torch.float64), torch.zeros(1, model.frames, dtype=torch.float64)
        image = probe.raw(frames, *still)
        reach = 0
        for x in range(half * model.upscale, (half + multiple) * model.upscale):
            gradient, = torch.autograd.grad(image[0, :, :, x].sum(), frames, retain_graph=True)
            touched = torch.nonzero(gradient.abs().sum((0, 1, 2)))[:, 0]
            reach = max(reach, x // model.upscale - int(touched.min()), int(touched.max()) - x // model.upscale)
        if reach < half - multiple:
            return reach
        half *= 2
