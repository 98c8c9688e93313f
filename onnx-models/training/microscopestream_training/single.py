"""Packages of one graph: network.onnx and its model.json."""
import json
import os

import torch

from .exporter import OPSET, _finish


def write_package(model, sample: tuple, axes: dict, overlap: int, folder: str, description: dict):
    """Write the package into `folder`; returns the written model.json.

    sample: inputs of a size that fits. axes: names of the sizes that may change, for each input and output. overlap: by how
    much tiles must overlap, px. description: see the task's `package.model_json`; the hash and the overlap are added.
    """
    os.makedirs(folder, exist_ok=True)
    model = model.float().to("cpu").to(memory_format=torch.contiguous_format).eval()
    description["input"]["size"]["overlap"] = overlap
    facts = {k: v for k, v in description.items() if k not in ("provenance", "measured")}
    graph = description["graphs"]["network"]
    path = os.path.join(folder, graph["file"])
    with torch.no_grad():
        torch.onnx.export(model, sample, path, input_names=[i["name"] for i in graph["inputs"]],
                          output_names=[o["name"] for o in graph["outputs"]], opset_version=OPSET, do_constant_folding=True,
                          training=torch.onnx.TrainingMode.EVAL, dynamic_axes=axes)
    description["provenance"]["sha256"] = {graph["file"]: _finish(path, facts)}
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as f:
        json.dump(description, f, indent=2, ensure_ascii=False)
        f.write("\n")
    return description
