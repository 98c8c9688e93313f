"""How far a pixel of the frame reaches in the maps: by how much tiles of a large frame must overlap."""
import copy

import torch
import torch.nn as nn

from .network import MULTIPLE, Localizer


def receptive_radius(model: Localizer) -> int:
    """Largest distance, px along one axis, between an output pixel and a frame pixel that it depends on.

    Found with positive weights, on positive input: then every unit is active and no path cancels another, so that an
    output's gradient is nonzero exactly where the architecture connects it. Every place on the stride's grid is tried.
    """
    probe = copy.deepcopy(model).double().eval()
    for m in probe.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.constant_(m.weight, 1.0 / m.weight[0].numel())
            nn.init.constant_(m.bias, 0.0)
    half = 64
    while True:
        # One row of pixels is enough: everything is alike along both axes.
        frame = torch.ones(1, 1, MULTIPLE, 2 * half, dtype=torch.float64, requires_grad=True)
        features = probe.frame(frame)
        maps = probe.context(features, features, features)
        reach = 0
        for x in range(half, half + MULTIPLE):
            gradient, = torch.autograd.grad(maps[0, :, :, x].sum(), frame, retain_graph=True)
            touched = torch.nonzero(gradient.abs().sum((0, 1, 2)))[:, 0]
            reach = max(reach, x - int(touched.min()), int(touched.max()) - x)
        if reach < half - MULTIPLE:
            return reach
        half *= 2
