"""The forward model against closed forms: where a pattern's phase is, what the lens passes, where a point lands."""
import math

import numpy as np
import pytest
import torch

from microscopestream_training.sim import forward, optics
from microscopestream_training.sim.patterns import Patterns, random_patterns
from microscopestream_training.simulator.sampling import Draw

EDGE = 96  # fine px


def patterns(carrier=(0.25, 0.125), phase=0.7, modulation=(0.8, 0.0), shift=(0.0, 0.0), cut=0.4):
    def t(v):
        return torch.tensor(v, dtype=torch.float32)[None]
    return Patterns(t(cut), t(1.0), t([carrier]), t([phase]), t([modulation]), t([1.0]), t([shift]))


@pytest.mark.parametrize("modulation", [(0.8, 0.0), (0.3, 0.6)])
def test_a_uniform_sample_shows_the_pattern_with_its_phase_at_the_centre_of_the_first_pixel(modulation):
    carrier = (0.125, 0.0625)  # periodic in 48 px, as its double
    got = forward.expected_frames(torch.ones(1, EDGE, EDGE), patterns(carrier, 0.7, modulation))[0, 0].numpy()
    y, x = np.mgrid[:EDGE // 2, :EDGE // 2]
    want = np.ones_like(got, dtype=float)
    for order, m in enumerate(modulation, 1):
        k = np.multiply(order, carrier)
        want += m * optics.system_otf(k[0], k[1], 0.4) * np.cos(order * (2 * np.pi * (carrier[0] * x + carrier[1] * y) + 0.7))
    np.testing.assert_allclose(got, want, atol=2e-5)


def test_the_pattern_is_phase_true_at_an_origin_inside_a_margin():
    p = patterns((0.125, 0.0625))
    whole = forward.illumination(p, EDGE, 8)[0, 0]
    np.testing.assert_allclose(whole[16:-16, 16:-16], forward.illumination(p, EDGE - 32)[0, 0], atol=1e-4)


def test_a_point_keeps_its_place_and_its_light():
    sample = torch.zeros(1, EDGE, EDGE)
    sample[0, 40:42, 50:52] = 1.0  # the four fine pixels of raw pixel (20, 25)
    frame = forward.expected_frames(sample, patterns(modulation=(0.0, 0.0)))[0, 0].numpy()
    assert frame.sum() == pytest.approx(1.0, abs=1e-4)  # a density of 1 per raw pixel over one raw pixel
    assert np.unravel_index(frame.argmax(), frame.shape) == (20, 25)
    assert frame[20, 24] == pytest.approx(frame[20, 26], abs=1e-5) and frame[19, 25] == pytest.approx(frame[21, 25], abs=1e-5)


def test_drift_moves_the_sample_but_not_the_pattern():
    sample = torch.zeros(1, EDGE, EDGE)
    sample[0, 40:42, 40:42] = 1.0
    p = patterns(shift=(3.0, -2.0))
    moved = forward.shifted(sample, p.shift)[0, 0].numpy()
    np.testing.assert_allclose(moved[36:38, 46:48], 1.0, atol=1e-4)
    lit = forward.expected_frames(sample, p)[0, 0].numpy()
    there = torch.zeros(1, EDGE, EDGE)
    there[0, 36:38, 46:48] = 1.0
    np.testing.assert_allclose(lit, forward.expected_frames(there, patterns())[0, 0], atol=1e-4)


def test_nothing_passes_beyond_the_cutoff():
    sample = torch.rand(1, EDGE, EDGE, generator=torch.Generator().manual_seed(1))
    frame = forward.expected_frames(sample, patterns(cut=0.3))[0, 0].numpy()
    spectrum = np.abs(np.fft.fft2(frame))
    k = np.hypot(np.fft.fftfreq(48)[:, None], np.fft.fftfreq(48)[None])
    assert spectrum[k > 0.301].max() < 1e-3 and spectrum[(k > 0.1) & (k < 0.2)].max() > 1


def test_random_patterns_stay_in_their_domain_and_step_by_equal_phases():
    domain = dict(cutoff=[0.25, 0.45], carrier_over_cutoff=[0.75, 0.95], three_beam_fraction=0.5, narrow_fraction=0.0,
                  angle_error_deg=0.0, period_error=0.0, phase_error=0.0, modulation=[0.5, 1.0], light_error=0.0,
                  damping=[0.4, 1.0], drift_px=0.3, drift_fraction=0.5)
    p = random_patterns(Draw(3), 64, 3, 5, domain)
    three = p.modulation[:, 0, 1] > 0
    finest = torch.hypot(*p.carrier.unbind(-1)) * torch.where(three, 2.0, 1.0)[:, None]
    ratio = finest / p.cutoff[:, None]
    assert 0 < three.sum() < 64 and 0.75 <= ratio.min() + 1e-4 and ratio.max() - 1e-4 <= 0.95
    step = torch.diff(p.phase.reshape(64, 3, 5), dim=2)
    assert torch.allclose(step, torch.full_like(step, 2 * math.pi / 5), atol=1e-4)
    angle = torch.rad2deg(torch.atan2(p.carrier[..., 1], p.carrier[..., 0])).reshape(64, 3, 5)[..., 0]
    apart = torch.remainder(angle[:, 1] - angle[:, 0], 180)
    assert bool((((apart - 60).abs() < 0.01) | ((apart - 120).abs() < 0.01)).all())
    assert p.shift.abs().max() > 0 and bool((p.shift == 0).flatten(1).all(1).any())
