"""Every shipped recipe trains, resumes and exports."""
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx_in_numpy import run
from recipes import FOLDER, SHIPPED, small

from microscopestream_training.evaluation.inference import load, maps_of
from microscopestream_training.exporter import export
from microscopestream_training.network import AXIAL_CHANNELS, CHANNELS, Localizer
from microscopestream_training.package import model_json
from microscopestream_training.stages import merged, stages
from microscopestream_training.trainer import Trainer


@pytest.mark.parametrize("name", SHIPPED)
def test_a_recipe_trains_a_few_steps_and_exports(name, tmp_path):
    recipe = small(name)
    trainer = Trainer(recipe, str(tmp_path / "run"), minutes=1)
    before = [p.clone() for p in trainer.model.parameters()]
    for _ in range(4):
        parts, _ = trainer._one_step(0.99)  # float32, as the last stretch is
        assert np.isfinite(parts["total"])
    assert any(not torch.equal(a, b) for a, b in zip(before, trainer.model.parameters()))
    trainer.checkpoint()

    model = load(trainer.path)
    package = tmp_path / recipe["id"]
    description = model_json(recipe, "0.0.1", 0.5, "abc", None, dict(steps=4, minutes=0.1, emitters=10))
    export(model, str(package), description)
    channels = [c["name"] for c in json.loads((package / "model.json").read_text())["output"]["channels"]]
    assert channels == list(CHANNELS + AXIAL_CHANNELS if recipe["network"]["axial"] else CHANNELS)
    frames = np.random.default_rng(2).normal(30, 10, (2, 32, 32)).astype(np.float32)
    features = [run(str(package / "frame.onnx"), frame=f[None, None])[0] for f in frames]
    got = run(str(package / "context.onnx"), previous=features[0], current=features[1], next=np.zeros_like(features[0]))[0]
    np.testing.assert_allclose(got[0], maps_of(model, frames)[1], rtol=1e-3, atol=1e-3)

    jsonschema = pytest.importorskip("jsonschema")
    schema = Path(FOLDER).parents[1] / "model.schema.json"
    jsonschema.validate(json.loads((package / "model.json").read_text()), json.loads(schema.read_text()))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_full_network_of_a_recipe_takes_frames_of_every_allowed_size(name):
    with open(Path(FOLDER) / (name + ".json"), encoding="utf-8") as f:
        model = Localizer(**json.load(f)["network"]).eval()
    with torch.no_grad():
        assert model(torch.zeros(1, 1, 36, 32)).shape == (1, len(model.channels), 36, 32)


def test_stages_differ_in_what_the_fine_tuning_names_and_in_nothing_else():
    recipe = small()
    base, fine = stages(recipe)
    assert "fine_tuning" not in base
    changes = recipe["fine_tuning"][0]
    assert fine == merged(base, changes) != base
    assert fine["simulation"]["structures"] == base["simulation"]["structures"]
    assert fine["simulation"]["camera"]["read_noise"] == base["simulation"]["camera"]["read_noise"]
    assert recipe["simulation"]["density_per_px2"]["weights"] == base["simulation"]["density_per_px2"]["weights"]


def test_fine_tuning_starts_from_the_averaged_network_and_is_taken_up_again(tmp_path):
    recipe = small(ema_half_life_steps=3)
    t = Trainer(recipe, str(tmp_path), minutes=1)
    for _ in range(3):
        t._one_step(0.99)
    averaged = [p.clone() for p in t.average.model.parameters()]
    t._begin(1)
    assert all(torch.equal(a, b) for a, b in zip(averaged, t.model.parameters()))
    assert t.simulation == stages(recipe)[1]["simulation"] and t.elapsed == 0
    t._one_step(0.99)
    t.checkpoint()
    again = Trainer(recipe, str(tmp_path), minutes=1, resume=True)
    assert (again.stage, again.step, again.first, again.train) == (1, 4, 3, t.train)


def test_a_run_through_all_stages_ends_by_itself(tmp_path):
    recipe = small()
    Trainer(recipe, str(tmp_path), minutes=0.02).run()
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [(e["event"], e["stage"]) for e in log if "event" in e] == [("start", 0), ("end", 0), ("start", 1), ("end", 1)]
