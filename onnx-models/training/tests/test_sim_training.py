"""Samples, scenes, and a training run that can be stopped and continued."""
import json

import numpy as np
import pytest
import torch
from sim_recipes import small

from microscopestream_training.sim import pool, scenes, trainer
from microscopestream_training.sim.structures import HELD_OUT, TRAINED
from microscopestream_training.sim.scenes import simulate
from microscopestream_training.sim.trainer import Trainer, build, copy_matching
from microscopestream_training.simulator.sampling import Draw


@pytest.mark.parametrize("name", sorted(TRAINED | HELD_OUT))
def test_samples_are_light_that_a_seed_fixes(name):
    kinds = TRAINED | HELD_OUT
    for seed in range(8):
        image = pool.draw(kinds, [name], np.random.default_rng(seed), 128)
        assert image.shape == (128, 128) and np.isfinite(image).all() and image.min() >= -1e-6 and image.max() > 1e-3
        np.testing.assert_array_equal(image, pool.draw(kinds, [name], np.random.default_rng(seed), 128))


def test_held_out_classes_are_never_trained_on():
    assert not set(TRAINED) & set(HELD_OUT) and not set(TRAINED.values()) & set(HELD_OUT.values())


def test_a_pool_is_made_once_and_again_only_when_asked_for_another(tmp_path):
    facts = dict(count=3, size=64, seed=1)
    first = np.array(pool.make(str(tmp_path), **facts))
    written = (tmp_path / "pool.npy").stat().st_mtime_ns
    np.testing.assert_array_equal(pool.make(str(tmp_path), **facts), first)
    assert (tmp_path / "pool.npy").stat().st_mtime_ns == written
    assert not np.array_equal(pool.make(str(tmp_path), **(facts | dict(seed=2))), first)


@pytest.mark.parametrize("name", ["sim-3frame-raw", "sim-9frame-raw", "sim-15frame-raw", "denoise-small"])
def test_scenes_are_frames_whose_light_is_that_of_their_target(name, tmp_path):
    recipe = small(name)
    s = recipe["simulation"] | dict(photons=[500, 500], haze_fraction=0, background_part=0, background_photons=0,
                                    gain_error=0, baseline_error=0, emccd_fraction=0, size=32)
    s["patterns"] = s["patterns"] | dict(drift_fraction=0, light_error=0)
    samples = pool.make(str(tmp_path), 6, 160, 1)
    scene = scenes.simulate(s, samples, 4, Draw(1), np.random.default_rng(1))
    n, up = s["angles"] * s["phases"], 1 if name.startswith("denoise") else 2
    assert scene.frames.shape == (4, n, 32, 32) and scene.target.shape[2:] == (32 * up, 32 * up)
    if n > 3:  # all phases of every angle: the patterns average out
        wide, fine = scene.frames.mean(1), scene.target[:, 0]
        for a, b in zip(wide, torch.nn.functional.avg_pool2d(fine[:, None], 2)[:, 0]):
            assert np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.6
            assert float(a.mean() / b.mean()) == pytest.approx(1.0, abs=0.25)  # light crosses the border both ways
    if up == 1:
        assert scene.target.shape[1] == n and float((scene.frames - scene.target).mean().abs()) < 1.0


def test_a_run_is_reproducible_and_goes_on_where_it_stopped(tmp_path):
    recipe = small(checkpoint_minutes=10)
    one = Trainer(recipe, str(tmp_path / "a"), str(tmp_path / "pool"), minutes=10)
    two = Trainer(recipe, str(tmp_path / "b"), str(tmp_path / "pool"), minutes=10)
    assert [one._one_step(0.0)[0] for _ in range(3)] == [two._one_step(0.0)[0] for _ in range(3)]
    one.checkpoint()
    again = Trainer(recipe, str(tmp_path / "a"), str(tmp_path / "pool"), minutes=10, resume=True)
    assert again.step == 3
    for a, b in zip(one.model.state_dict().values(), again.model.state_dict().values()):
        torch.testing.assert_close(a, b)
    again.minutes = 0.02
    again.run()
    log = [json.loads(line) for line in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["event"] == "end" and log[-1]["step"] > 3


def test_training_learns(tmp_path, monkeypatch):
    recipe = small(learning_rate=0.01, full_precision_from=0.0)
    run = Trainer(recipe, str(tmp_path / "run"), str(tmp_path / "pool"), minutes=10)
    # One scene again and again: how far a minute gets on new ones is a matter of luck.
    scene = simulate(recipe["simulation"], run.pool, 4, Draw(99), np.random.default_rng(99))
    monkeypatch.setattr(trainer, "simulate", lambda *_: scene)
    values = [run._one_step(0.0)[0] for _ in range(60)]
    assert np.mean(values[-5:]) < values[0] - 0.5


def test_the_target_is_the_sample_sharper_than_through_an_objective(tmp_path):
    recipe = small()
    samples = pool.make(str(tmp_path / "pool"), **recipe["pool"])

    def target(kind):
        return simulate(recipe["simulation"] | dict(target=kind), samples, 2, Draw(5), np.random.default_rng(5)).target
    sharp, filtered = target("sample"), target("structure")
    assert sharp.shape == filtered.shape
    torch.testing.assert_close(sharp.mean((1, 2, 3)), filtered.mean((1, 2, 3)), rtol=0.3, atol=1.0)
    assert (sharp.diff(dim=-1) ** 2).mean() > 1.5 * (filtered.diff(dim=-1) ** 2).mean()


def test_another_network_lends_what_fits():
    three, nine = build(small()), build(small("sim-9frame-raw"))
    assert copy_matching(nine, three.state_dict()) == len(nine.state_dict())  # the number of phases changes no shape
    torch.testing.assert_close(nine.trunk.head.weight, three.trunk.head.weight)
    denoiser = build(small("denoise-small"))
    stem = denoiser.stem.weight.clone()
    assert 0 < copy_matching(denoiser, three.state_dict()) < len(denoiser.state_dict())
    torch.testing.assert_close(denoiser.stem.weight, stem)  # of another shape: kept
