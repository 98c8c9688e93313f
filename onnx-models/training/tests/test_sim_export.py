"""Exported packages: the graph computes what PyTorch computes, at any size, and says what it is."""
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx_in_numpy import run
from sim_recipes import small

from microscopestream_training.sim.evaluation import inference
from microscopestream_training.sim.exporter import export
from microscopestream_training.sim.network import MULTIPLE
from microscopestream_training.sim.package import model_json
from microscopestream_training.sim.trainer import build


@pytest.fixture(scope="module", params=["sim-3frame-raw", "denoise-small"])
def package(request, tmp_path_factory):
    torch.manual_seed(5)
    recipe = small(request.param)
    model = build(recipe).eval()
    folder = tmp_path_factory.mktemp("package")
    export(model, str(folder), model_json(recipe, "0.0.1", "abc", None, dict(steps=1, minutes=0.1)))
    return model, folder


def frames_of(model, height, width):
    """Noise under patterns that leave no doubt which is strongest; some pixels negative."""
    y, x = np.mgrid[:height, :width]
    wave = [np.cos(2 * np.pi * (kx * x + ky * y) + kx) for kx, ky in ((0.3, 0.0), (0.1, 0.25), (0.15, -0.2))]
    frames = np.random.default_rng(1).normal(30, 20, (model.frames, height, width))
    return (frames + 30 * np.stack(wave)[:model.frames]).astype(np.float32)


@pytest.mark.parametrize("height, width", [(32, 32), (MULTIPLE * 9, MULTIPLE * 11), (264, 32)])
def test_the_graph_equals_pytorch(package, height, width):
    model, folder = package
    frames = frames_of(model, height, width)
    got = run(str(folder / "network.onnx"), frames=frames[None])[0]
    assert got.shape == (1, 1, model.upscale * height, model.upscale * width) and got.min() >= 0 and np.ptp(got) > 0
    np.testing.assert_allclose(got[0, 0], inference.run(model, frames), rtol=1e-3, atol=0.02)  # photons


def test_a_tile_equals_the_whole_field_beyond_the_overlap_under_the_same_pattern(package):
    model, folder = package
    overlap = json.loads((folder / "model.json").read_text())["input"]["size"]["overlap"]
    start = -(-overlap // MULTIPLE) * MULTIPLE
    frames = torch.from_numpy(frames_of(model, MULTIPLE * 4, 3 * start + 8 * MULTIPLE)[None])
    carrier, phase = 0.3 * torch.rand(1, model.frames, 2), torch.rand(1, model.frames)
    with torch.no_grad():
        whole = model.raw(frames, carrier, phase)
        tile = model.raw(frames[..., start:], carrier, phase + 2 * np.pi * carrier[..., 0] * start)
    u = model.upscale
    torch.testing.assert_close(tile[..., u * overlap:], whole[..., u * (start + overlap):], rtol=1e-4, atol=1e-3)
    assert (tile[..., :u * 4] - whole[..., u * start:u * start + u * 4]).abs().max() > 0.01


def test_the_package_hashes_and_describes_its_graph(package):
    model, folder = package
    description = json.loads((folder / "model.json").read_text())
    name, digest = next(iter(description["provenance"]["sha256"].items()))
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    graph = onnx.load(str(folder / name))
    inside = json.loads({p.key: p.value for p in graph.metadata_props}["microscopestream.model"])
    assert inside["graphs"] == description["graphs"] and inside["output"]["upscale"] == model.upscale
    assert [i["name"] for i in description["graphs"]["network"]["inputs"]] == [i.name for i in graph.graph.input]


def test_every_recipe_fits_the_schema():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(__file__).resolve().parents[2] / "model.schema.json").read_text())
    for name in ("sim-3frame-raw", "sim-9frame-raw", "sim-15frame-raw", "denoise-small"):
        description = model_json(small(name), "1.0.0", "abc", None, dict(steps=1, minutes=0.1))
        description["provenance"]["sha256"] = {"network.onnx": "0" * 64}
        jsonschema.validate(description, schema)
