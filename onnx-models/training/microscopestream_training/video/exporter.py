"""Export a checkpoint as a model package: network.onnx, model.json.

  python3 -m microscopestream_training.video.exporter runs/dblink-small/checkpoint.pt ../dblink-small --version 1.0.0
"""
import argparse
import json

import torch

from ..single import write_package
from .evaluate import load
from .network import MULTIPLE
from .package import model_json
from .receptive import receptive_radius


def export(model, folder: str, description: dict):
    """Write the package into `folder`. description: see `package.model_json`; returns the written model.json."""
    graph, size = description["graphs"]["network"], 4 * MULTIPLE
    axes = {"map": {2: "height", 3: "width"}}
    states = [one["name"] for one in graph["inputs"][1:] + graph["outputs"]]
    axes.update({name: {2: name + "_height", 3: name + "_width"} for name in states})
    sample = (torch.rand(1, 1, size, size), *model.start(1, size, size))
    return write_package(model, sample, axes, receptive_radius(model), folder, description)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("folder")
    p.add_argument("--version", required=True)
    p.add_argument("--measured", help="JSON of `evaluate`, put into the package")
    p.add_argument("--recipe", help="recipe whose look-ahead and domain the package states; the checkpoint's own when absent")
    p.add_argument("--commit", default="", help="commit of the training code")
    a = p.parse_args()
    model, state = load(a.checkpoint)
    recipe = json.load(open(a.recipe, encoding="utf-8")) if a.recipe else state["recipe"]
    results = json.load(open(a.measured, encoding="utf-8")) if a.measured else None
    training = dict(steps=state["step"], minutes=state["elapsed"] / 60)
    export(model, a.folder, model_json(recipe, a.version, a.commit, results, training))
    print("written", a.folder)


if __name__ == "__main__":
    main()
