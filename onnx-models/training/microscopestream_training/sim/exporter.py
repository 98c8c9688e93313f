"""Export a checkpoint as a model package: network.onnx, model.json.

  python3 -m microscopestream_training.sim.exporter runs/sim-refine-3x1/checkpoint.pt ../sim-3frame-small --kind 3x1 --version 1.0.0
"""
import argparse
import json

import torch

from ..single import write_package
from .evaluation import inference
from .network import Refiner, multiple_of
from .package import REFINED, model_json, refiner_json
from .receptive import receptive_radius


def export(model, folder: str, description: dict):
    """Write the package into `folder`. description: see `package.model_json`; returns the written model.json."""
    graph = description["graphs"]["network"]
    output = graph["outputs"][0]["name"]
    axes = {graph["inputs"][0]["name"]: {0: "batch", 2: "height", 3: "width"},
            output: {0: "batch", 2: output + "_height", 3: output + "_width"}}
    sample = (torch.rand(1, model.frames, 16 * multiple_of(model), 16 * multiple_of(model)) * 50,)
    return write_package(model, sample, axes, receptive_radius(model), folder, description)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("folder")
    p.add_argument("--version", required=True)
    p.add_argument("--measured", help="JSON of `evaluate`, summarized into the package")
    p.add_argument("--kind", choices=REFINED, help="of a refining network: which acquisitions the package is for")
    p.add_argument("--commit", default="", help="commit of the training code")
    a = p.parse_args()
    model, state = inference.load(a.checkpoint)
    results = json.load(open(a.measured, encoding="utf-8")) if a.measured else None
    training = dict(steps=state["step"], minutes=state["elapsed"] / 60)
    if isinstance(model, Refiner):
        if not a.kind:
            p.error("a refining network is exported for one --kind: 3x1, 3x3 or 3x5")
        facts = refiner_json(state["recipe"], a.kind, a.version, a.commit, results, training)
    else:
        facts = model_json(state["recipe"], a.version, a.commit, results, training)
    export(model, a.folder, facts)
    print("written", a.folder)


if __name__ == "__main__":
    main()
