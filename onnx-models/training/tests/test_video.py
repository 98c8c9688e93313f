"""Living structures, their localizations, the recurrent network, a run that can be stopped, and its package."""
import json
import os

import numpy as np
import onnx
import pytest
import torch
from scipy.ndimage import gaussian_filter

from recipes import FOLDER

from microscopestream_training.video import baselines, evaluate, exporter, scenes, structures
from microscopestream_training.video.loss import loss
from microscopestream_training.video.motion import paths
from microscopestream_training.video.network import VideoNetwork, multiply_adds_per_cell
from microscopestream_training.video.package import model_json
from microscopestream_training.video.receptive import receptive_radius
from microscopestream_training.video.trainer import Trainer


def recipe(name="dblink-small", **training):
    with open(os.path.join(FOLDER, "video", name + ".json"), encoding="utf-8") as f:
        r = json.load(f)
    r.pop("start_from", None)  # larger than what is left of the network
    r["network"] |= dict(width=6, hidden=8, context=8)
    r["simulation"] |= dict(size=32)
    r["training"] |= dict(batch=2, running=2, chunk=4, chunks=2, warmup_steps=2, checkpoint_minutes=10, **training)
    return r


def test_motion_has_the_speed_asked_for_and_begins_nowhere():
    moved = paths(np.random.default_rng(1), 400, 60, 0.5, 10.0)
    assert np.sqrt((np.diff(moved, axis=0) ** 2).mean()) == pytest.approx(0.5, rel=0.1)
    assert (moved[30] == 0).all()


@pytest.mark.parametrize("kind", sorted(structures.KINDS))
def test_structures_move_as_fast_as_asked_and_stay_finite(kind):
    slow, fast = (structures.KINDS[kind](np.random.default_rng(3), 64, 12, speed) for speed in (0.0, 1.0))
    for position, weight in (slow, fast):
        assert position.shape[:2] == weight.shape and np.isfinite(position).all() and (weight >= 0).all()
    assert np.abs(np.diff(slow[0], axis=0)).max() < 1e-9
    assert 0.2 < np.sqrt((np.diff(fast[0], axis=0) ** 2).sum(-1).mean()) < 3


def test_maps_hold_what_was_localized_where_the_truth_is():
    rng = np.random.default_rng(5)
    s = scenes.observe(rng, *structures.filaments(rng, 64, 10, 0.1, count=3), 64, 0.3, recipe()["simulation"])
    inside = (s.x > 1) & (s.x < 63) & (s.y > 1) & (s.y < 63)
    assert s.maps.sum() == pytest.approx(scenes.weight_of(s.sigma)[inside].sum(), rel=0.1)
    on = s.truth[s.slice[inside], s.y[inside].astype(int), s.x[inside].astype(int)].mean()
    assert on > 5 * s.truth.mean()
    again = np.random.default_rng(5)
    np.testing.assert_array_equal(s.maps, scenes.observe(again, *structures.filaments(again, 64, 10, 0.1, count=3), 64, 0.3,
                                                         recipe()["simulation"]).maps)


def test_a_straight_filament_peaks_at_one():
    p = np.stack((np.arange(0, 60, 0.5), np.full(120, 20.5)), -1)[None]
    truth = scenes.true_density(p, np.full((1, 120), 0.5), 60)
    assert truth[0, 20, 30] == pytest.approx(1.0, abs=0.01)


def test_windows_are_sums_and_the_best_is_found():
    maps = np.random.default_rng(2).random((20, 6, 6)).astype(np.float32)
    np.testing.assert_allclose(baselines.sliding(maps, 3)[7], maps[5:8].sum(0), rtol=1e-4)
    scene = type("S", (), dict(maps=maps, truth=baselines.sliding(maps, 5)))
    r, window, blur = baselines.best_sliding([scene], 6, (0.01,))
    assert window == 5 and r > 0.999


def test_the_network_starts_as_a_decaying_sum_and_sees_no_future():
    torch.manual_seed(1)
    model = VideoNetwork(8, 8, 8).eval()
    maps = np.random.default_rng(1).poisson(0.05, (9, 32, 32)).astype(np.float32)
    out = evaluate.run(model, maps)
    total = sum(0.85 ** (8 - t) * maps[t] for t in range(9))
    assert baselines.pearson(out[-1, 0], gaussian_filter(total, 1.0)) > 0.8
    changed = maps.copy()
    changed[5:] = 1
    np.testing.assert_array_equal(evaluate.run(model, changed)[:5], out[:5])
    assert (out >= 0).all()


def test_the_loss_wants_the_truth_and_forgives_what_is_not_known_yet():
    truth = torch.rand(3, 2, 2, 16, 16)
    known = torch.ones(3, 1, 2)
    right, each = loss(truth, truth, known, 0.05)
    wrong, _ = loss(torch.rand(3, 2, 2, 16, 16), truth, known, 0.05)
    assert float(right) < 1e-3 < float(wrong) and float(each.min()) > 0.999
    known[0, 0, 1] = 0
    spoilt = truth.clone()
    spoilt[0, :, 1] = torch.rand(2, 16, 16)
    assert float(loss(spoilt, truth, known, 0.05)[0]) < 1e-3


def test_a_run_is_reproducible_and_goes_on_where_it_stopped(tmp_path):
    r = recipe()
    one, two = Trainer(r, str(tmp_path / "a"), 10), Trainer(r, str(tmp_path / "b"), 10)
    assert [one._one_step(0.0)["loss"] for _ in range(3)] == [two._one_step(0.0)["loss"] for _ in range(3)]
    one.checkpoint()
    again = Trainer(r, str(tmp_path / "a"), 10, resume=True)
    assert again.step == 3
    again.minutes = 0.01
    again.run()
    log = [json.loads(line) for line in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["event"] == "end" and log[-1]["step"] > 3


def test_training_learns(tmp_path, monkeypatch):
    r = recipe(learning_rate=0.01, full_precision_from=0.0)
    r["training"]["running"] = 1
    rng = np.random.default_rng(8)
    scene = scenes.observe(rng, *structures.filaments(rng, 32, 8, 0.1, count=3), 32, 0.1, r["simulation"])
    monkeypatch.setattr("microscopestream_training.video.trainer.simulate", lambda *_: scene)
    run = Trainer(r, str(tmp_path / "run"), 10)
    values = [run._one_step(0.0)["loss"] for _ in range(60)]
    assert np.mean(values[-10:]) < 0.8 * np.mean(values[:10])


@pytest.mark.parametrize("name", ["dblink-small", "dblink"])
def test_recipes_say_what_they_cost(name):
    with open(os.path.join(FOLDER, "video", name + ".json"), encoding="utf-8") as f:
        model = VideoNetwork(**json.load(f)["network"])
    most = dict([("dblink-small", 0.26e6), ("dblink", 0.65e6)])[name]
    assert 0.5 * most < multiply_adds_per_cell(model) < most


def test_the_package_does_what_the_network_does_tile_by_tile(tmp_path):
    torch.manual_seed(2)
    model = VideoNetwork(6, 8, 8).eval()
    description = exporter.export(model, str(tmp_path), model_json(recipe(), "1.0.0", "", None, dict(steps=1, minutes=1)))
    graph = onnx.load(str(tmp_path / "network.onnx"))
    assert json.loads(graph.metadata_props[0].value)["task"] == "video"
    assert [c["slices_ago"] for c in description["output"]["channels"]] == [0, 2, 5]
    overlap = description["input"]["size"]["overlap"]
    assert 16 < overlap <= 80

    # What lies further from the border than the overlap is as if the field went on: of the density and of both states.
    rng = np.random.default_rng(1)
    state = [torch.from_numpy(rng.random(s.shape).astype(np.float32)) for s in model.start(1, 192, 192)]
    counts = torch.from_numpy(rng.random((1, 1, 192, 192)).astype(np.float32))
    with torch.no_grad():
        whole = model(counts, *state)
        part = model(counts[..., :160], state[0][..., :40], state[1][..., :160])
    for a, b, stride in zip(whole, part, (1, 4, 1)):
        kept = (160 - overlap) // stride
        torch.testing.assert_close(a[..., :kept], b[..., :kept], rtol=1e-4, atol=1e-4)
    assert receptive_radius(model) == overlap
