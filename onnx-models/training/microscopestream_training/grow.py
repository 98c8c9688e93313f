"""Begin a network from a smaller, trained one: same function at step 0, more room to learn.

What the smaller network has not is started at random where it is read and at zero where it is written to what the smaller
network knows, so every old channel keeps its value (function-preserving growth, after Chen, Goodfellow and Shlens 2016,
arXiv:1511.05641, with zeroed read-outs in place of copied channels).
"""
import os

import onnx
import torch
from onnx import numpy_helper

from .network import Localizer

FILES = {"frame.onnx": "frame.", "context.onnx": ""}  # prefix that the graph's names lack


def package_weights(folder: str, files=None) -> dict:
    """Weights and biases of a package's graphs, by the names of `Localizer` (or of the network whose `files` are given);
    ValueError if a file is missing."""
    files, weights = files or FILES, {}
    for file, prefix in files.items():
        path = os.path.join(folder, file)
        if not os.path.exists(path):
            raise ValueError(f"{folder} has no {file}: start_from takes a package of {len(files)} graph(s)")
        for tensor in onnx.load(path).graph.initializer:
            if tensor.name.endswith((".weight", ".bias")):
                weights[prefix + tensor.name] = torch.from_numpy(numpy_helper.to_array(tensor).copy())
    return weights


@torch.no_grad()
def grow(model: Localizer, weights: dict):
    """Put the smaller network's weights into `model`, whose first maps then equal the smaller network's to rounding.

    ValueError if some layer is wider or longer in the smaller network than in `model`.
    """
    mine = model.state_dict()
    for name in weights:
        if name not in mine or any(a > b for a, b in zip(weights[name].shape, mine[name].shape)):
            raise ValueError(f"{name} of the smaller network does not fit into this one")
    for name, target in mine.items():
        if name in weights:
            _embed(name, target, weights[name])
        elif name.endswith(("second.weight", "second.bias")):  # a block that the smaller network lacks: adds nothing yet
            target[: _width(name, weights)] = 0


def _embed(name, target, source):
    rows = source.shape[0]
    if source.dim() == 1:
        target[:rows] = source
        return
    target[:rows] = 0  # what is new is not read by what is old
    # The first layer after the features reads three frames side by side: old channels stay first within each.
    frames = 3 if name == "context.join.weight" else 1
    wide, narrow = target.shape[1] // frames, source.shape[1] // frames
    for i in range(frames):
        target[:rows, i * wide:i * wide + narrow] = source[:, i * narrow:(i + 1) * narrow]


def _width(name, weights):
    """Channels of the smaller network's stream that this block adds to."""
    stage = name.rsplit(".", 3)[0]  # for example context.deep
    return weights[stage + ".0.second.bias"].shape[0]
