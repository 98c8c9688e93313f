"""Patterns found in noisy frames, and what demodulation makes of them."""
import math

import numpy as np
import pytest
import torch

from microscopestream_training.sim.demodulation import Demodulate, Upsample, waves
from microscopestream_training.sim.estimator import PatternEstimator
from microscopestream_training.sim.evaluation import conditions, metrics
from microscopestream_training.sim.structures import HELD_OUT, TRAINED


@pytest.mark.parametrize("used, made, beams", [(1, 3, 2), (3, 3, 2), (5, 5, 3)])
def test_carriers_and_phases_are_found_in_the_frames_alone(used, made, beams):
    a = conditions.acquire(conditions.Condition(phases=made, beams=beams, photons=300), HELD_OUT, "networks", 1)
    frames = torch.from_numpy(a.frames[:, :used].reshape(-1, *a.frames.shape[2:]))[None]
    carrier, phase = PatternEstimator(3, used)(frames)
    pick = [angle * made + p for angle in range(3) for p in range(used)]
    true_carrier, true_phase = a.patterns.carrier[0, pick], a.patterns.phase[0, pick]
    sign = torch.sign((carrier[0] * true_carrier).sum(-1))
    wrong = carrier[0] * sign[:, None] - true_carrier
    assert float(wrong.norm(dim=-1).max()) < 4e-4  # cycles per px
    middle = (conditions.SIZE - 1) / 2
    left = phase[0] * sign - true_phase + 2 * math.pi * wrong.sum(-1) * middle
    assert float((torch.remainder(left + math.pi, 2 * math.pi) - math.pi).abs().max()) < 0.3


def test_waves_are_those_of_the_forward_model():
    from test_sim_forward import patterns
    from microscopestream_training.sim import forward
    p = patterns((0.21, -0.13), 1.1, (0.5, 0.3))
    c, _ = waves(p.carrier, p.phase, 32, 48)
    light = 1 + 0.5 * c + 0.3 * (2 * c * c - 1)
    np.testing.assert_allclose(light[0, 0, :, :32], forward.illumination(p, 32)[0, 0], atol=1e-4)


def test_upsampling_meets_a_band_limited_frame_on_the_fine_grid():
    k = 0.2
    at = torch.arange(40.0)
    fine = (torch.arange(80.0) - 0.5) / 2
    got = Upsample()(torch.cos(2 * math.pi * k * at).expand(1, 1, 40, 40))[0, 0, 40, 10:-10]
    np.testing.assert_allclose(got, torch.cos(2 * math.pi * k * fine)[10:-10], atol=0.02)


def test_multiplying_by_the_pattern_again_brings_back_what_the_lens_lost():
    c = conditions.Condition(photons=1e4, background_part=0.0)
    a = conditions.acquire(c, TRAINED, "filaments", 0)
    features, scale = Demodulate(3, 3)(torch.from_numpy(a.all_frames())[None], a.patterns.carrier, a.patterns.phase)
    photons = (features / scale)[0].reshape(3, 5, *a.truth.shape).numpy()
    wide, moved = photons[:, 0].mean(0), photons[:, 1].mean(0)
    inner = (slice(24, -24),) * 2
    assert metrics.psnr((wide + 4 * moved)[inner], a.truth[inner]) > metrics.psnr(wide[inner], a.truth[inner]) + 3
