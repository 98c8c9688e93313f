"""Export a checkpoint as a model package: frame.onnx, context.onnx, model.json.

  python3 -m microscopestream_training.exporter runs/decode-2d-small/checkpoint.pt ../decode-2d-small --version 1.0.0
"""
import argparse
import hashlib
import json
import os

import onnx
import torch
import torch.nn as nn

from . import claiming
from .evaluation import inference
from .network import MULTIPLE, Localizer, final_maps
from .package import model_json
from .readout import DEFAULTS
from .receptive import receptive_radius

OPSET = 14


class _Context(nn.Module):
    """The context graph as users see it: maps in their units rather than raw output."""

    def __init__(self, model: Localizer):
        super().__init__()
        self.context, self.sigma_calibration = model.context, model.sigma_calibration

    def forward(self, previous, current, following):
        return final_maps(self.context(previous, current, following), self.sigma_calibration)


def _export(module, inputs, names, output, path):
    axes = {n: {0: "batch", 2: n + "_height", 3: n + "_width"} for n in names + [output]}
    for n in names:  # all inputs of a graph share their size
        axes[n] = {0: "batch", 2: "height", 3: "width"}
    torch.onnx.export(module, inputs, path, input_names=names, output_names=[output], dynamic_axes=axes,
                      opset_version=OPSET, do_constant_folding=True, training=torch.onnx.TrainingMode.EVAL)


def _finish(path, facts: dict):
    """Drop traces of the exporting machine, write the package's facts into the graph, check it."""
    model = onnx.load(path)
    for node in model.graph.node:
        node.ClearField("doc_string")
    model.producer_name = "microscopestream_training"
    onnx.helper.set_model_props(model, {"microscopestream.model": json.dumps(facts, separators=(",", ":"))})
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def export(model: Localizer, folder: str, description: dict):
    """Write the package into `folder`. description: see `package.model_json`; returns the written model.json, to which
    what only the graphs know was added: their hashes, and by how much tiles must overlap."""
    os.makedirs(folder, exist_ok=True)
    model = model.float().to("cpu").to(memory_format=torch.contiguous_format).eval()
    size = 16 * MULTIPLE
    frame = torch.rand(1, 1, size, size) * 50
    features = torch.zeros(1, model.frame.stem.out_channels, size // 2, size // 2)
    files = {"frame.onnx": (model.frame, (frame,), ["frame"], "features"),
             "context.onnx": (_Context(model), (features,) * 3, ["previous", "current", "next"], "maps")}
    description["input"]["size"]["overlap"] = receptive_radius(model) + claiming.REACH
    facts = {k: v for k, v in description.items() if k not in ("provenance", "measured")}
    hashes = {}
    for name, (module, inputs, names, output) in files.items():
        path = os.path.join(folder, name)
        with torch.no_grad():
            _export(module, inputs, names, output, path)
        hashes[name] = _finish(path, facts)
    description["provenance"]["sha256"] = hashes
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as f:
        json.dump(description, f, indent=2, ensure_ascii=False)
        f.write("\n")
    return description


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("folder")
    p.add_argument("--version", required=True)
    p.add_argument("--accept", type=float, default=DEFAULTS["accept_probability"], help="accept_probability of the read-out")
    p.add_argument("--measured", help="JSON of `evaluate`, summarized into the package")
    p.add_argument("--recipe", help="recipe whose title and domain the package states; the checkpoint's own when absent")
    p.add_argument("--commit", default="", help="commit of the training code")
    a = p.parse_args()
    state = torch.load(a.checkpoint, map_location="cpu")
    recipe = json.load(open(a.recipe, encoding="utf-8")) if a.recipe else state["recipe"]
    results = json.load(open(a.measured, encoding="utf-8")) if a.measured else None
    description = model_json(recipe, a.version, a.accept, a.commit, results,
                             dict(steps=state["step"], minutes=round(state.get("spent", state["elapsed"]) / 60, 1),
                                  emitters=state["emitters"]))
    export(inference.load(a.checkpoint), a.folder, description)
    print("written", a.folder)


if __name__ == "__main__":
    main()
