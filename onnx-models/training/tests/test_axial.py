"""Evaluation over depth."""
import base64

import numpy as np
import pytest
import torch
from recipes import small

from microscopestream_training import axial
from microscopestream_training.evaluation import bounds, scoring
from microscopestream_training.readout import read_out
from microscopestream_training.simulator import astigmatism

DEPTH = small("decode-3d")["simulation"]["depth"]


def test_the_lateral_bound_in_focus_is_that_of_a_gaussian_and_depth_is_worse_known():
    round_spot = dict(x=dict(DEPTH["x"], focus_nm=0.0), y=dict(DEPTH["y"], focus_nm=0.0))
    x, y, _ = bounds.astigmatic_bound(dict(round_spot, y=dict(round_spot["y"], focus_nm=1.0)), 60.0, 2000.0, 20.0, 1.5, 100.0)
    wide = 1.3 * (1 + 0.15 ** 2) ** 0.5
    plain = bounds.frame_bound([12.6], [12.6], np.array([2000.0]), wide, 25, 20.0, 1.5)[0] * 100
    assert (x, y) == pytest.approx(tuple(plain), rel=0.05)
    z = bounds.astigmatic_bound(DEPTH, 0.0, 2000.0, 20.0, 1.5, 100.0)[2]
    assert 1.5 * x < z < 8 * x


def test_a_bound_falls_with_the_root_of_the_light():
    one, four = (bounds.astigmatic_bound(DEPTH, 100.0, n, 0.001, 0.0, 100.0) for n in (1000.0, 4000.0))
    np.testing.assert_allclose(one / four, 2.0, rtol=0.05)


def test_a_measured_psf_has_the_bound_of_the_curves_that_it_was_made_of():
    """Elliptical Gaussians of the curves' widths, made a spline by solving for the coefficients that pass through them."""
    at, depths = np.arange(19) - 9, np.arange(-600, 601, 50.0)
    knots = np.array([[2 / 3 if i == j else 1 / 6 if abs(i - j) == 1 else 0 for j in range(19)] for i in range(19)])
    across = np.array([[2 / 3 if i == j else 1 / 6 if abs(i - j) == 1 else 0 for j in range(25)] for i in range(25)])
    planes = []
    for z in depths:
        gy, gx = (bounds._axis(np.array([9.5]), float(astigmatism.width(DEPTH[a], torch.tensor(z))) / 100, 19)[0][0] for a in ("y", "x"))
        planes.append(np.linalg.solve(knots, gy)[:, None] * np.linalg.solve(knots, gx)[None])
    coefficients = np.linalg.solve(across, np.array(planes).reshape(25, -1)).astype("<f4")
    text = base64.b64encode(coefficients.tobytes()).decode()
    section = dict(kind="cubic_b_spline", size=19, planes=25, first_knot_nm=-600.0, knot_step_nm=50.0, coefficients=text)
    for z in (-210.0, 40.0):
        curves, measured = (bounds.astigmatic_bound(d, z, 2000.0, 20.0, 1.5, 100.0, size=19) for d in (DEPTH, dict(psf=section)))
        np.testing.assert_allclose(measured, curves, rtol=0.1)


def test_matches_too_far_in_depth_do_not_count():
    truth = np.array([[0, 3000, 3000, 1000, 0.0]])
    for z, hits in ((400.0, 1), (600.0, 0)):
        found = np.array([[0, 3010, 3000, 1000, z]])
        assert scoring.match(found, truth, 6400.0, axial_tolerance_nm=500.0)[2:] == (hits, 1 - hits, 1 - hits)


def test_depth_is_read_out_behind_the_probability():
    maps = np.zeros((1, 10, 6, 6))
    maps[0, :, 2, 3] = [0.9, 1000, 0.1, 0.2, 30, 0.05, 0.06, 20, -310.0, 25.0]
    np.testing.assert_allclose(read_out(maps)[0, 8:], [0.9, -310.0, 25.0])


def test_a_spots_shape_follows_its_depth():
    frames, truth = axial.make(DEPTH, 0.2, 20000.0, 1.0, 40, 7)
    inner = truth[(np.abs(truth[:, 1:3] - 3200) < 2200).all(1)]
    elongation = []
    for t, x, y, _, z in inner:
        c, r = int(x / 100), int(y / 100)
        patch = frames[int(t), r - 5:r + 6, c - 5:c + 6]
        at = np.arange(-5, 6)
        wx, wy = ((patch.sum(axis) * at ** 2).sum() / patch.sum() for axis in (0, 1))
        elongation.append((z, wx - wy))
    z, difference = np.array(elongation).T
    assert np.corrcoef(z, difference)[0, 1] < -0.7  # focus of x lies above: at small z the spot is wide along x
