"""The Wiener reference, the metrics and the re-projection residual, on fields with known truth."""
import importlib.util
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from microscopestream_training.sim.evaluation import conditions, inference, metrics, reprojection
from microscopestream_training.sim.structures import HELD_OUT, TRAINED

BRIGHT = conditions.Condition(photons=1e5, background_part=0.0, read_noise=0.5)


@pytest.fixture(scope="module")
def field():
    return conditions.acquire(BRIGHT, TRAINED, "filaments", 0)


def inner(image):
    return image[24:-24, 24:-24]


@pytest.mark.parametrize("beams, phases", [(2, 3), (3, 5)])
def test_wiener_finds_what_linear_sim_can_show(beams, phases):
    a = conditions.acquire(replace(BRIGHT, beams=beams, phases=phases), TRAINED, "filaments", 0)
    got = inference.run_wiener(a, [0.01])[0.01]
    widefield = np.kron(a.all_frames().mean(0), np.ones((2, 2)))
    assert metrics.psnr(inner(got), inner(a.truth)) > 40
    assert metrics.psnr(inner(widefield), inner(a.truth)) < 32


def test_wiener_needs_the_right_phases(field):
    want = field.truth
    right = metrics.psnr(inner(inference.run_wiener(field, [0.05])[0.05]), inner(want))
    wrong = replace(field, patterns=replace(field.patterns, phase=field.patterns.phase.flip(1)))
    assert metrics.psnr(inner(inference.run_wiener(wrong, [0.05])[0.05]), inner(want)) < right - 6


def test_the_truth_explains_the_frames_and_a_pasted_structure_does_not():
    a = conditions.acquire(replace(BRIGHT, photons=1000, read_noise=1.5), HELD_OUT, "networks", 0)
    assert reprojection.residual(a.truth, a) == pytest.approx(1.0, abs=0.05)
    pasted = a.truth.copy()
    pasted[100:140, 120:123] += np.percentile(a.truth, 99)
    assert reprojection.residual(pasted, a) > 1.2
    assert reprojection.residual(3 * a.truth + 50, a) == pytest.approx(1.0, abs=0.05)  # affine scale does not matter


def test_light_changes_noise_and_nothing_else():
    bright, dim = (conditions.acquire(replace(BRIGHT, photons=n), TRAINED, "vesicles", 2) for n in (1000, 20))
    np.testing.assert_allclose(bright.truth, 50 * dim.truth, rtol=1e-5)
    assert np.array_equal(bright.patterns.phase, dim.patterns.phase)


def test_psnr_and_pearson_in_closed_form():
    rng = np.random.default_rng(1)
    truth = rng.uniform(0, 10, (64, 64))
    noise = rng.normal(0, 1, truth.shape)
    noise -= noise.mean() + (noise * (truth - truth.mean())).mean() / truth.var() * (truth - truth.mean())  # uncorrelated
    noisy = 5 - 2 * (truth + noise)
    # The fit shrinks: what stays unexplained of y = truth by x = y + n is var(y) var(n) / (var(y) + var(n)).
    left = truth.var() * noise.var() / (truth.var() + noise.var())
    assert metrics.psnr(noisy, truth) == pytest.approx(20 * np.log10(np.ptp(truth)) - 10 * np.log10(left), abs=1e-6)
    assert metrics.pearson(noisy, truth) == pytest.approx(-np.sqrt(truth.var() / (truth.var() + noise.var())), abs=1e-9)


def test_metrics_equal_the_projects_definitions():
    data = Path(os.environ.get("MICROSCOPESTREAM_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
    path = data.parent / "tools" / "metrics.py"
    if not path.exists():
        pytest.skip("../shared/tools/metrics.py is not here")
    spec = importlib.util.spec_from_file_location("definitions", path)
    definitions = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(definitions)
    a, b = np.random.default_rng(2).normal(size=(2, 40, 40))
    b = a + 0.3 * b
    assert metrics.psnr(a, b) == definitions.psnr(a, b)
    assert metrics.pearson(a, b) == definitions.pearson(a, b)


def test_frc_finds_where_two_images_part():
    rng = np.random.default_rng(3)
    n, k = 128, np.hypot(np.fft.fftfreq(128)[:, None], np.fft.fftfreq(128)[None])
    common, own = rng.normal(size=(2, n, n))
    mixed = np.fft.ifft2(np.where(k < 0.25, np.fft.fft2(common), np.fft.fft2(own))).real
    assert metrics.frc_resolution(common, mixed, 40.0) == pytest.approx(160.0, rel=0.08)
    assert metrics.frc_resolution(common, common, 40.0) == 80.0
