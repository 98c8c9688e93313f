"""Scoring, bounds and camera estimation against closed forms."""
import numpy as np
import pytest

from microscopestream_training.calibrate import fit
from microscopestream_training.evaluation import bounds, calibration, conditions, scoring


def table(*rows):
    return np.array(rows, float).reshape(-1, 4)


def test_matching_is_greedy_by_distance_and_per_frame():
    truth = table((0, 1000, 1000, 900), (0, 1200, 1000, 900), (1, 1000, 1000, 900))
    found = table((0, 1110, 1000, 900), (0, 1210, 1000, 900), (2, 1000, 1000, 900))
    i, j, tp, fp, fn = scoring.match(found, truth, 6400)
    assert sorted(zip(i, j)) == [(0, 0), (1, 1)] and (tp, fp, fn) == (2, 1, 1)


def test_dim_emitters_count_neither_way_and_borders_are_cut():
    truth = table((0, 1000, 1000, 100), (0, 3000, 3000, 100), (0, 100, 3000, 900))
    found = table((0, 1010, 1000, 100), (0, 120, 3000, 900))
    assert scoring.match(found, truth, 6400, border_nm=450, min_photons=250)[2:] == (0, 0, 0)


def test_efficiency_and_rmse():
    truth, found = table((0, 1000, 1000, 1)), table((0, 1030, 1040, 1))
    s = scoring.summarize(found, truth, 6400)
    assert s["ji"] == 1.0 and s["rmse_nm"] == pytest.approx(50) and s["efficiency"] == pytest.approx(50)


def test_bound_of_a_bright_isolated_spot_approaches_sigma_over_root_n():
    b = bounds.frame_bound([16.2], [15.7], np.array([1e6]), 1.2, 32, 1e-3, 0.0)
    # Pixels blur the spot: 1/12 px^2 adds to its variance (Mortensen et al. 2010, 10.1038/nmeth.1447).
    np.testing.assert_allclose(b, np.sqrt(1.2 ** 2 + 1 / 12) / 1e3, rtol=0.05)


def test_bound_of_the_stated_condition_is_6_2_nm():
    b = 100 * bounds.frame_bound([32.5], [32.5], np.array([1500.0]), 1.2, 64, 20.0, 0.0)
    assert np.hypot(*b[0]) == pytest.approx(6.2, rel=0.03)


def test_close_neighbours_raise_each_others_bound():
    alone = bounds.frame_bound([32.5], [32.5], np.array([1500.0]), 1.2, 64, 20.0, 1.5)
    pair = bounds.frame_bound([32.5, 33.7], [32.5, 32.5], np.array([1500.0] * 2), 1.2, 64, 20.0, 1.5)
    assert pair[0, 0] > 2 * pair[0, 1] > 2 * alone[0, 1]  # along their axis most


def test_conditions_hold_what_they_state():
    c = conditions.Condition(1.0)
    stack, truth = conditions.make_stack(c, 40, 3)
    assert len(truth) / 40 / 40.96 == pytest.approx(1.0, rel=0.1)
    assert stack.mean() == pytest.approx(20 + 1500 * len(truth) / 40 / 4096, rel=0.05)
    again, _ = conditions.make_stack(c, 40, 3)
    np.testing.assert_array_equal(stack, again)


def test_gain_is_found_within_a_third_on_a_crowded_stack():
    stack, _ = conditions.make_stack(conditions.Condition(2.0), 20, 4)
    baseline, gain = calibration.estimate(stack * 3.0 + 100)
    assert 3.0 / 1.35 < gain < 3.0 * 1.35
    assert 100 < baseline < 100 + 3.0 * 20


def test_calibration_recovers_a_power_law():
    r = np.random.default_rng(2)
    sigma = np.exp(r.normal(-2.5, 0.6, 40_000))
    log_a, power = fit(r.normal(0, 1.4 * sigma ** 1.1), sigma, np.ones_like(sigma))
    assert np.exp(log_a) == pytest.approx(1.4, rel=0.04) and power == pytest.approx(1.1, abs=0.02)
