"""Begin a video network from a smaller, trained one: same pictures at step 0, more room to learn (see `..grow`)."""
import torch

from ..grow import package_weights
from .network import VideoNetwork

FILES = {"network.onnx": ""}
# What each layer reads and writes, side by side: streams that are wider in the larger network.
LAYERS = {
    "stem": (("maps",), ("encoded",)), "encode": (("encoded",), ("encoded",)),
    "down": (("encoded", "hidden"), ("context",)), "across": (("context",), ("context",)), "up": (("context",), ("encoded",)),
    "gates": (("encoded", "hidden"), ("hidden", "hidden")), "candidate": (("encoded", "hidden"), ("hidden",)),
    "decode": (("hidden", "encoded"), ("hidden",)), "head": (("hidden",), ("shown",)), "direct": (("maps",), ("out",)),
}


@torch.no_grad()
def grow(model: VideoNetwork, folder: str):
    """Put the weights of the package in `folder` into `model`: its densities and the old part of its state then equal the
    package's to rounding. What the package lacks starts at random where it is read and is not read by what it had.

    ValueError if a stream is wider in the package than in `model`, or its first delays are others.
    """
    weights = package_weights(folder, FILES)
    mine = model.state_dict()
    narrow, wide = _streams(weights), _streams(mine)
    if any(narrow[s] > wide[s] for s in narrow) or not set(weights) <= set(mine):
        raise ValueError(f"the network of {folder} does not fit into this one")
    for layer, (reads, writes) in LAYERS.items():
        rows, columns = _places(writes, narrow, wide), _places(reads, narrow, wide)
        target = mine[layer + ".weight"]
        target[rows] = 0  # what is new is not read by what is old
        target[rows[:, None], columns[None]] = weights[layer + ".weight"]
        if layer + ".bias" in weights:
            mine[layer + ".bias"][rows] = weights[layer + ".bias"]
    for extra in model.further:  # adds nothing yet
        extra.weight.zero_()
        extra.bias.zero_()


def _streams(weights) -> dict:
    """Channels of every stream."""
    out, maps = weights["direct.weight"].shape[:2]
    return dict(maps=maps, encoded=weights["stem.weight"].shape[0], context=weights["down.weight"].shape[0],
                hidden=weights["candidate.weight"].shape[0], shown=weights["head.weight"].shape[0], out=out)


def _places(streams, narrow, wide):
    """Where the smaller network's channels of the streams, side by side, lie in the larger one."""
    places, at = [], 0
    for s in streams:
        places += range(at, at + narrow[s])
        at += wide[s]
    return torch.tensor(places)
