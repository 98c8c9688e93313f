"""Export a checkpoint as a model package: network.onnx, model.json.

  python3 -m microscopestream_training.video.exporter runs/dblink-small/checkpoint.pt ../dblink-small --version 1.0.0
"""
import argparse
import json
import os

import torch

from ..exporter import OPSET, _finish
from .evaluate import load
from .network import MULTIPLE
from .package import model_json
from .receptive import receptive_radius


def export(model, folder: str, description: dict):
    """Write the package into `folder`. description: see `package.model_json`; returns the written model.json, to which
    what only the graph knows was added: its hash, and by how much tiles must overlap."""
    os.makedirs(folder, exist_ok=True)
    model = model.float().to("cpu").to(memory_format=torch.contiguous_format).eval()
    description["input"]["size"]["overlap"] = receptive_radius(model)
    facts = {k: v for k, v in description.items() if k not in ("provenance", "measured")}
    graph = description["graphs"]["network"]
    path = os.path.join(folder, graph["file"])
    inputs, outputs = [i["name"] for i in graph["inputs"]], [o["name"] for o in graph["outputs"]]
    size = 4 * MULTIPLE
    axes = {inputs[0]: {2: "height", 3: "width"}}
    axes.update({name: {2: name + "_height", 3: name + "_width"} for name in inputs[1:] + outputs})
    with torch.no_grad():
        torch.onnx.export(model, (torch.rand(1, 1, size, size), *model.start(1, size, size)), path, input_names=inputs,
                          output_names=outputs, opset_version=OPSET, do_constant_folding=True,
                          training=torch.onnx.TrainingMode.EVAL, dynamic_axes=axes)
    description["provenance"]["sha256"] = {graph["file"]: _finish(path, facts)}
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as f:
        json.dump(description, f, indent=2, ensure_ascii=False)
        f.write("\n")
    return description


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("folder")
    p.add_argument("--version", required=True)
    p.add_argument("--measured", help="JSON of `evaluate`, put into the package")
    p.add_argument("--commit", default="", help="commit of the training code")
    a = p.parse_args()
    model, state = load(a.checkpoint)
    results = json.load(open(a.measured, encoding="utf-8")) if a.measured else None
    training = dict(steps=state["step"], minutes=state["elapsed"] / 60)
    export(model, a.folder, model_json(state["recipe"], a.version, a.commit, results, training))
    print("written", a.folder)


if __name__ == "__main__":
    main()
