"""The loss against an independent computation, its optimum, and its gradient."""
import math

import numpy as np
import pytest
import torch
from recipes import small

from microscopestream_training import network as net
from microscopestream_training.loss import count_log_likelihood, loss, mixture_log_likelihood
from microscopestream_training.simulator import Scene, simulate
from microscopestream_training.simulator.sampling import Draw
from microscopestream_training.trainer import Trainer, learning_rate


def scene_of(emitters, size=12, frames=1):
    e = np.array(emitters, float).reshape(-1, 4)
    t = lambda k: torch.tensor(e[:, k], dtype=torch.float32)
    z = torch.zeros(1, frames, size, size)
    return Scene(z, z + 5.0, torch.tensor(e[:, 0]).long(), t(1), t(2), t(3))


def test_mixture_equals_the_sum_over_all_pixels():
    torch.manual_seed(0)
    raw = torch.randn(2, 8, 12, 12, dtype=torch.float64)
    s = scene_of([(0, 5.2, 6.7, 800), (1, 0.3, 11.6, 1500)])
    got = mixture_log_likelihood(raw, s.frame_index, s.x.double(), s.y.double(), s.photons.double())
    maps = net.to_maps(raw).numpy()
    for k, (f, x, y, n) in enumerate([(0, 5.2, 6.7, 800), (1, 0.3, 11.6, 1500)]):
        total = 0.0
        for r in range(12):
            for c in range(12):
                p, photons, dx, dy, sn, sx, sy, _ = maps[f, :, r, c]
                if max(abs(int(y) - r), abs(int(x) - c)) > 2:
                    continue
                z = ((x - c - 0.5 - dx) / sx) ** 2 + ((y - r - 0.5 - dy) / sy) ** 2 + (math.log(n / photons) * photons / sn) ** 2
                total += p * math.exp(-z / 2) / (sx * sy * sn / photons * (2 * math.pi) ** 1.5)
        assert got[k].item() == pytest.approx(math.log(total), rel=1e-5, abs=1e-5)


def test_count_likelihood_peaks_at_the_expected_count():
    p = torch.zeros(1, 8, 8)
    p[0, 2, 2] = p[0, 5, 5] = 0.9
    at = [count_log_likelihood(p, torch.tensor([float(n)])).item() for n in range(5)]
    assert int(np.argmax(at)) == 2


def perfect(emitters, size=12):
    raw = torch.zeros(1, 8, size, size)
    raw[:, 0] = -8.0
    raw[:, 7] = (net.root_scale(torch.tensor(5.0)) - 3.0) / 2.0
    for _, x, y, n in emitters:
        r, c = int(y), int(x)
        raw[0, 0, r, c] = 5.0
        raw[0, 1, r, c] = math.log(n) - 7.0
        raw[0, 2, r, c] = math.atanh((x - c - 0.5) / net.MAX_OFFSET)
        raw[0, 3, r, c] = math.atanh((y - r - 0.5) / net.MAX_OFFSET)
        raw[0, 4:7, r, c] = -1.0
    return raw


def test_truth_beats_every_perturbation_of_it():
    emitters = [(0, 3.2, 4.8, 900.0), (0, 8.6, 7.1, 2000.0)]
    s = scene_of(emitters)
    best = loss(perfect(emitters), s)[0].item()
    for changed in ([(0, 3.5, 4.8, 900.0), emitters[1]], [(0, 3.2, 4.5, 900.0), emitters[1]],
                    [(0, 3.2, 4.8, 2500.0), emitters[1]], [emitters[0]], emitters + [(0, 6.0, 2.0, 900.0)]):
        assert loss(perfect(changed), s)[0].item() > best + 0.05


def test_gradient_agrees_with_finite_differences():
    torch.manual_seed(1)
    raw = torch.randn(1, 8, 6, 6, dtype=torch.float64) * 0.5
    s = scene_of([(0, 2.3, 3.6, 700.0)], size=6)
    p = dict(frame_index=s.frame_index, x=s.x.double(), y=s.y.double(), photons=s.photons.double())
    f = lambda r: -mixture_log_likelihood(r, **p).sum() - count_log_likelihood(torch.sigmoid(r[:, 0]), torch.ones(1)).sum()
    assert torch.autograd.gradcheck(f, (raw.requires_grad_(),), eps=1e-6, atol=1e-5)


def test_loss_of_empty_frames_is_finite():
    raw = torch.zeros(2, 8, 12, 12, requires_grad=True)
    value, _ = loss(raw, scene_of([], frames=2))
    value.backward()
    assert torch.isfinite(value) and torch.isfinite(raw.grad).all()


def test_a_few_steps_lower_the_loss_and_resume_where_they_stopped(tmp_path):
    t = Trainer(small(full_precision_from=0.0, bce_until=0.0, ema_half_life_steps=5), str(tmp_path), minutes=1)
    s = simulate(t.recipe["simulation"], 4, Draw(77))
    before = loss(t.model(s.frames, ring=True), s)[0].item()
    for _ in range(40):
        t._one_step(0.1)
    after = loss(t.model(s.frames, ring=True), s)[0].item()
    assert after < before - 0.3
    t.checkpoint()
    again = Trainer(t.recipe, str(tmp_path), minutes=1, resume=True)
    assert again.step == t.step
    assert torch.equal(again.model(s.frames, ring=True), t.model(s.frames, ring=True))


def test_learning_rate_warms_up_and_ends_low():
    assert learning_rate(1.0, 0, 100, 0.0) == pytest.approx(0.01)
    assert learning_rate(1.0, 500, 100, 0.0) == pytest.approx(1.0)
    assert learning_rate(1.0, 500, 100, 1.0) == pytest.approx(0.005)
