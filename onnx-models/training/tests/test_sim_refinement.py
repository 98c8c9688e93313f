"""What refining networks are given and trained on, and their packages."""
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from onnx_in_numpy import run
from sim_recipes import small

from microscopestream_training.sim import pool, reconstruction, refinement
from microscopestream_training.sim.evaluation import conditions, inference, metrics
from microscopestream_training.sim.exporter import export
from microscopestream_training.sim.package import REFINED, refiner_json
from microscopestream_training.sim.structures import HELD_OUT, TRAINED
from microscopestream_training.sim.trainer import Trainer, build
from microscopestream_training.simulator.sampling import Draw


def refiner(**training):
    recipe = small("sim-refine-small", **training)
    recipe["network"]["kind"] = "refiner"
    for kind in recipe["simulation"]["kinds"].values():
        kind["size"] = 32
    recipe["pool"]["size"] = 128
    return recipe


def db(image, a):
    inside = (slice(24, -24),) * 2
    return metrics.psnr(np.asarray(image)[inside], a.sample[inside])


@pytest.mark.parametrize("kinds, name", [(TRAINED, "filaments"), (HELD_OUT, "networks")])
def test_deconvolution_shows_more_than_wiener_of_nine_frames_and_widefield(kinds, name):
    a = conditions.acquire(conditions.Condition(), kinds, name, 0)
    frames = torch.from_numpy(a.all_frames())[None].float()
    w = reconstruction.regularization(frames, torch.tensor([2.25]))
    nine = reconstruction.richardson_lucy(frames, a.patterns, reconstruction.iterations_for(w))[0, 0]
    wiener = max(inference.run_wiener(a, [0.02, 0.05, 0.1]).values(), key=lambda image: db(image, a))
    wide = reconstruction.upsampled(frames.mean(1, keepdim=True))[0, 0]
    assert db(nine, a) > db(wiener, a) + 3.5 > db(wide, a) + 6.5
    first = {k: getattr(a.patterns, k)[:, ::3] for k in ("carrier", "phase", "modulation", "light", "shift")}
    three = reconstruction.richardson_lucy(frames[:, ::3], replace(a.patterns, **first), torch.tensor([12]))[0, 0]
    assert db(three, a) > db(wide, a) + 4
    assert float(nine.mean() / frames.mean()) == pytest.approx(1, abs=0.02) and float(nine.min()) >= 0


def test_the_dark_gets_fewer_iterations_and_each_scene_its_own():
    assert reconstruction.iterations_for(torch.tensor([0.5, 0.05, 0.02])).tolist() == [4, 12, 12]
    a = conditions.acquire(conditions.Condition(photons=100.0), TRAINED, "vesicles", 0)
    frames = torch.from_numpy(a.all_frames())[None].float()
    both = torch.cat((frames, frames))
    p = replace(a.patterns, **{k: torch.cat((v, v)) for k, v in vars(a.patterns).items()})
    few, many = reconstruction.richardson_lucy(both, p, torch.tensor([4, 9]))
    torch.testing.assert_close(few, reconstruction.richardson_lucy(frames, a.patterns, torch.tensor([4]))[0])
    torch.testing.assert_close(many, reconstruction.richardson_lucy(frames, a.patterns, torch.tensor([9]))[0])


@pytest.mark.parametrize("kind", sorted(REFINED))
def test_planes_lie_on_their_target(kind, tmp_path):
    recipe = refiner()
    samples = pool.make(str(tmp_path), **recipe["pool"])
    s = refinement.simulation_of(recipe, kind) | dict(photons=[2000, 2000], haze_fraction=0)
    s["estimate"] = s["estimate"] | dict(failed=0)
    planes, target, level = refinement.scenes(s, samples, 6, Draw(3), np.random.default_rng(3))
    assert planes.shape == (6, 2, 64, 64) and target.shape == (6, 1, 64, 64) and level.shape == (6,)

    def alike(image, moved):
        return np.mean([np.corrcoef(np.roll(i, moved, 1).ravel(), t.ravel())[0, 1] for i, t in zip(image.numpy(), target[:, 0].numpy())])
    for plane in (planes[:, 0], planes[:, 1]):
        assert alike(plane, 0) > max(alike(plane, 1), alike(plane, -1))
    assert alike(planes[:, 0], 0) > alike(planes[:, 1], 0) + 0.05


def test_shards_are_fixed_by_recipe_and_number_and_hold_what_was_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(refinement, "SCENES", 8)
    recipe = refiner()
    samples = pool.make(str(tmp_path / "pool"), **recipe["pool"])
    for folder in ("a", "b"):
        refinement.write(recipe, "3x3", samples, str(tmp_path / folder), 2, 1)
    one, two = (np.load(tmp_path / f / "3x3-0002.npz") for f in ("a", "b"))
    assert all((one[k] == two[k]).all() for k in ("planes", "target", "level")) and one["planes"].shape == (8, 2, 64, 64)
    shards = refinement.Shards(str(tmp_path / "a"), ["3x3"])
    assert shards.look() == 8
    planes, target, level = shards.batch(5, np.random.default_rng(1))
    assert planes.shape == (5, 2, 64, 64) and target.shape == (5, 1, 64, 64)
    # Turned together: the widefield plane stays the blurred target.
    assert all(np.corrcoef(p[1].ravel(), t[0].ravel())[0, 1] > 0.5 for p, t in zip(planes.numpy(), target.numpy()))


def test_a_refining_network_trains_from_shards_and_improves_what_it_gets(tmp_path, monkeypatch):
    monkeypatch.setattr(refinement, "SCENES", 8)
    monkeypatch.setattr("microscopestream_training.sim.trainer.SCENES", 1)
    recipe = refiner(learning_rate=0.004, full_precision_from=0.0)
    samples = pool.make(str(tmp_path / "pool"), **recipe["pool"])
    refinement.write(recipe, "3x3", samples, str(tmp_path / "shards"), 0, 5)
    run_ = Trainer(recipe, str(tmp_path / "run"), None, minutes=10, shards_folder=str(tmp_path / "shards"), kinds=["3x3"])
    values = [run_._one_step(0.0)[0] for _ in range(120)]
    assert np.mean(values[-20:]) < np.mean(values[:20]) - 0.3


def test_the_package_says_what_it_takes_and_computes_what_pytorch_does(tmp_path):
    torch.manual_seed(5)
    recipe = refiner()
    model = build(recipe).eval()
    description = export(model, str(tmp_path), refiner_json(recipe, "3x1", "0.0.1", "abc", None, dict(steps=1, minutes=0.1)))
    assert description["id"] == "sim-3frame-small" and description["input"]["phases"] == "first"
    assert description["input"]["frame_order"] == "richardson-lucy,widefield" and description["output"]["upscale"] == 1
    planes = np.random.default_rng(1).normal(30, 20, (1, 2, 64, 88)).astype(np.float32)
    with torch.no_grad():
        want = model(torch.from_numpy(planes)).numpy()
    np.testing.assert_allclose(run(str(tmp_path / "network.onnx"), planes=planes)[0], want, rtol=1e-3, atol=0.02)


def test_refining_packages_fit_the_schema():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(__file__).resolve().parents[2] / "model.schema.json").read_text())
    for kind in REFINED:
        description = refiner_json(refiner(), kind, "1.0.0", "abc", None, dict(steps=1, minutes=0.1))
        description["input"]["size"]["overlap"] = 8
        description["provenance"]["sha256"] = {"network.onnx": "0" * 64}
        jsonschema.validate(description, schema)
