"""Export a checkpoint as a model package: network.onnx, model.json.

  python3 -m microscopestream_training.sim.exporter runs/sim-3frame-small/checkpoint.pt ../sim-3frame-small --version 1.0.0
"""
import argparse
import json

import torch

from ..single import write_package
from .evaluation import inference
from .network import MULTIPLE
from .package import model_json
from .receptive import receptive_radius


def export(model, folder: str, description: dict):
    """Write the package into `folder`. description: see `package.model_json`; returns the written model.json."""
    graph = description["graphs"]["network"]
    output = graph["outputs"][0]["name"]
    axes = {graph["inputs"][0]["name"]: {0: "batch", 2: "height", 3: "width"},
            output: {0: "batch", 2: output + "_height", 3: output + "_width"}}
    sample = (torch.rand(1, model.frames, 16 * MULTIPLE, 16 * MULTIPLE) * 50,)
    return write_package(model, sample, axes, receptive_radius(model), folder, description)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("folder")
    p.add_argument("--version", required=True)
    p.add_argument("--measured", help="JSON of `evaluate`, summarized into the package")
    p.add_argument("--commit", default="", help="commit of the training code")
    a = p.parse_args()
    model, state = inference.load(a.checkpoint)
    results = json.load(open(a.measured, encoding="utf-8")) if a.measured else None
    training = dict(steps=state["step"], minutes=state["elapsed"] / 60)
    export(model, a.folder, model_json(state["recipe"], a.version, a.commit, results, training))
    print("written", a.folder)


if __name__ == "__main__":
    main()
