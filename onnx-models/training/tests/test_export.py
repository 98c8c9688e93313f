"""Exported packages: the graphs compute what PyTorch computes, at any size, and carry their facts."""
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx_in_numpy import run
from recipes import small

from microscopestream_training.claiming import REACH
from microscopestream_training.evaluation.inference import maps_of
from microscopestream_training.exporter import export
from microscopestream_training.network import CHANNELS, MULTIPLE, Localizer
from microscopestream_training.package import model_json


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    torch.manual_seed(5)
    recipe = small()
    model = Localizer(**recipe["network"]).eval()
    with torch.no_grad():
        model.context.out.weight.mul_(3)  # an untrained network says next to nothing: make every channel move
    model.sigma_calibration = (0.3, 1.2)
    folder = tmp_path_factory.mktemp("package")
    description = model_json(recipe, "0.0.1", 0.5, "abc", None, dict(steps=0, minutes=0.0, emitters=0))
    export(model, str(folder), description)
    return model, folder


@pytest.mark.parametrize("height, width", [(32, 32), (MULTIPLE * 5, MULTIPLE * 9)])
def test_graphs_equal_pytorch_with_cached_features_and_missing_neighbours(package, height, width):
    model, folder = package
    frames = np.random.default_rng(1).normal(30, 20, (3, height, width)).astype(np.float32)  # some pixels negative
    features = [run(str(folder / "frame.onnx"), frame=f[None, None])[0] for f in frames]
    zero = np.zeros_like(features[0])
    want = maps_of(model, frames)
    for k in range(3):
        got = run(str(folder / "context.onnx"), previous=features[k - 1] if k else zero, current=features[k],
                  next=features[k + 1] if k < 2 else zero)[0]
        assert got.shape == (1, len(CHANNELS), height, width)
        np.testing.assert_allclose(got[0], want[k], rtol=1e-4, atol=1e-4)


def test_neighbours_are_not_interchangeable(package):
    _, folder = package
    f = [run(str(folder / "frame.onnx"), frame=np.full((1, 1, 32, 32), v, np.float32))[0] for v in (5, 50, 500)]
    forward = run(str(folder / "context.onnx"), previous=f[0], current=f[1], next=f[2])[0]
    backward = run(str(folder / "context.onnx"), previous=f[2], current=f[1], next=f[0])[0]
    assert np.abs(forward - backward).max() > 1e-4


def test_the_overlap_is_as_far_as_a_change_of_the_frame_reaches_in_the_maps(package):
    """On exported graphs: a change of one column is felt nearly as far as the overlap says, and nowhere beyond."""
    _, folder = package
    overlap = json.loads((folder / "model.json").read_text())["input"]["size"]["overlap"]
    edge = MULTIPLE * ((2 * overlap) // MULTIPLE + 4)
    frame = np.random.default_rng(3).normal(200, 50, (1, 1, edge, edge)).astype(np.float32)
    reach = 0
    for phase in range(MULTIPLE):  # every place on the stride's grid
        at = edge // 2 + phase
        touched = frame.copy()
        touched[0, 0, :, at] += 1e5
        maps = []
        for f in (frame, touched):
            features = run(str(folder / "frame.onnx"), frame=f)[0]
            maps.append(run(str(folder / "context.onnx"), previous=features, current=features, next=features)[0])
        columns = np.nonzero((maps[0] != maps[1]).any((0, 1, 2)))[0]
        reach = max(reach, at - columns.min(), columns.max() - at)
    assert 0.8 * (overlap - REACH) <= reach <= overlap  # claims seldom chain as far as they could


def test_the_package_hashes_and_describes_its_graphs(package):
    _, folder = package
    description = json.loads((folder / "model.json").read_text())
    for name, digest in description["provenance"]["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        facts = {p.key: p.value for p in onnx.load(str(folder / name)).metadata_props}
        inside = json.loads(facts["microscopestream.model"])
        assert inside["id"] == description["id"] and inside["graphs"] == description["graphs"]
    assert [c["name"] for c in description["output"]["channels"]] == list(CHANNELS)
    names = [i["name"] for i in description["graphs"]["context"]["inputs"]]
    assert names == [i.name for i in onnx.load(str(folder / "context.onnx")).graph.input]


def test_the_package_fits_its_schema(package):
    jsonschema = pytest.importorskip("jsonschema")
    schema = Path(__file__).resolve().parents[2] / "model.schema.json"
    jsonschema.validate(json.loads((package[1] / "model.json").read_text()), json.loads(schema.read_text()))
