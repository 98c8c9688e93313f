"""Running trained networks and the Wiener reference on acquisitions."""
import numpy as np
import torch

from ..trainer import build
from . import wiener


def load(path: str):
    """The averaged network of a checkpoint and its recipe."""
    state = torch.load(path, map_location="cpu")
    model = build(state["recipe"])
    model.load_state_dict(state["average"])
    return model.eval(), state


@torch.no_grad()
def run(model, frames):
    """frames [n, y, x] photons -> image [upscale y, upscale x]."""
    return model(torch.from_numpy(np.ascontiguousarray(frames, dtype=np.float32))[None])[0, 0].numpy()


def run_wiener(acquisition, parameters):
    """Reconstructions by Wiener parameter, with the true patterns and transfer."""
    p, (angles, phases) = acquisition.patterns, acquisition.frames.shape[:2]
    carrier, depth = p.carrier[0].numpy()[::phases], p.modulation[0].numpy()[::phases]
    orders = 2 if (depth[:, 1] > 0).any() else 1
    return wiener.reconstruct(acquisition.frames, float(p.cutoff), carrier, p.phase[0].numpy().reshape(angles, phases),
                              depth[:, :orders], parameters, float(p.damping))
