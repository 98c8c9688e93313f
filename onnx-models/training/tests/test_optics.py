"""PSFs other than Gaussians: diffraction from a pupil, astigmatism over depth, the vectorial PSFs of the evaluation."""
import base64
import json

import numpy as np
import pytest
import torch
from recipes import small

from microscopestream_training.evaluation import vectorial
from microscopestream_training.foreign import CASES, SIZE, make, to_photons
from microscopestream_training.simulator import astigmatism, pupil, simulate, spline
from microscopestream_training.simulator.sampling import Draw
from microscopestream_training.train import with_psf

CURVE = dict(sigma0_nm=130.0, focus_nm=200.0, depth_nm=400.0, a=0.1, b=0.05)


def painted(bank, x, y, size=32):
    n = bank.shape[0]
    t = lambda v: torch.full((n, 1), v)
    return pupil.render(t(x), t(y), torch.full((n, 1, 1), 1000.0), bank, torch.zeros(n, 1, dtype=torch.long), size)[:, 0]


def test_diffraction_keeps_the_photons_but_for_the_tails_beyond_the_patch():
    images = painted(pupil.psfs(Draw(1), torch.tensor([0.9, 1.2, 1.8]), 2), 16.3, 15.8)
    assert ((images.sum((1, 2)) > 930) & (images.sum((1, 2)) < 1001)).all()


def test_the_core_lies_where_the_emitter_is_whatever_the_aberrations():
    images = painted(pupil.psfs(Draw(2), torch.full((12,), 1.2), 1), 16.37, 15.81).numpy() ** 2
    centres = np.arange(32) + 0.5
    x, y = images.sum(1) @ centres / images.sum((1, 2)), images.sum(2) @ centres / images.sum((1, 2))
    np.testing.assert_allclose(x, 16.37, atol=0.05)
    np.testing.assert_allclose(y, 15.81, atol=0.05)


def test_without_aberrations_the_core_is_about_the_gaussian_of_the_stated_width(monkeypatch):
    monkeypatch.setattr(pupil, "TERMS", tuple((0.0, t) for _, t in pupil.TERMS))
    monkeypatch.setattr(pupil, "DEFOCUS", (0.0, pupil.DEFOCUS[1]))
    image = painted(pupil.psfs(Draw(3), torch.tensor([1.3]), 1), 16.5, 16.5)[0]
    core = image[14:19, 14:19]
    wide = torch.sqrt(-1 / (2 * torch.log(core[2, 3] / core[2, 2])))  # from two neighbouring pixels
    assert wide.item() == pytest.approx(1.33, abs=0.12)
    torch.testing.assert_close(core, core.T, rtol=0.02, atol=0.5)


def test_a_scene_without_light_is_dark():
    bank = pupil.psfs(Draw(4), torch.tensor([1.2]), 2)
    none = torch.zeros(1, 3)
    assert pupil.render(none, none, torch.zeros(1, 3, 4), bank, none.long(), 16).abs().sum() == 0


def test_widths_follow_the_curves_and_emitters_beyond_the_range_are_not_asked_for():
    z = torch.tensor([200.0, 600.0])
    u = 1.0
    assert astigmatism.width(CURVE, z).tolist() == pytest.approx([130.0, 130.0 * (1 + u ** 2 + 0.1 * u ** 3 + 0.05 * u ** 4) ** 0.5])
    scene = simulate(small("decode-3d")["simulation"], 8, Draw(5))
    low, high = small("decode-3d")["simulation"]["depth"]["z_range_nm"]
    assert scene.z.shape == scene.x.shape
    assert low <= scene.z.min() and scene.z.max() <= high and scene.z.std() > 0.2 * (high - low)


def measured(**changes):
    """A calibration as `mstream calibrate psf` writes it, without a measured PSF."""
    curves = dict(z_range_nm=[-400, 350], x=CURVE, y=CURVE | dict(focus_nm=-180.0), beads=7, relative_residual=0.02)
    return dict(kind="psf", version=1, pixel_size_nm=110.0, z_step_nm=10.0, curves=curves | changes)


def with_spline(coefficients, first=-500.0, step=50.0, **changes):
    planes, size, _ = coefficients.shape
    text = base64.b64encode(coefficients.astype("<f4").tobytes()).decode()
    return measured() | dict(psf=dict(kind="cubic_b_spline", size=size, planes=planes, first_knot_nm=first,
                                      knot_step_nm=step, beads=7, coefficients=text) | changes)


def test_a_measured_calibration_takes_the_place_of_the_recipes_psf():
    recipe = with_psf(small("decode-3d"), json.loads(json.dumps(measured())))
    depth = recipe["simulation"]["depth"]
    assert depth["y"]["focus_nm"] == -180.0 and depth["z_range_nm"] == [-400, 350] and depth["overshoot"] > 0
    assert depth["pixel_nm"] == [110, 110] and recipe["package"]["domain"]["pixel_size_nm"] == [107, 113]


@pytest.mark.parametrize("broken", [dict(), dict(kind="psf"), measured(x={}), measured(y=dict(CURVE, depth_nm=0)),
                                    measured(z_range_nm=[5, 5]), measured() | dict(pixel_size_nm=0),
                                    with_spline(np.ones((6, 9, 9)), size=11), with_spline(np.zeros((6, 9, 9)))])
def test_what_is_no_calibration_is_refused(broken):
    with pytest.raises(ValueError, match="not a PSF calibration"):
        with_psf(small("decode-3d"), broken)


def bell(f):
    """The cubic B-spline itself, one knot at 0."""
    f = np.abs(f)
    return np.where(f < 1, 2 / 3 - f ** 2 * (1 - f / 2), np.clip(2 - f, 0, None) ** 3 / 6)


def test_a_spline_is_the_sum_of_its_knots_bells():
    coefficients = np.random.default_rng(4).random((7, 9, 9))
    section = with_spline(coefficients)["psf"]
    c = coefficients / coefficients.sum((1, 2), keepdims=True)
    x, y, z = 7.3, 8.8, -333.0
    got = spline.render(spline.read(section), section, *(torch.tensor([[v]]) for v in (x, y, z)), torch.tensor([[[500.0]]]), 16)[0, 0]
    wz = bell((z + 500) / 50 - np.arange(7))
    for row, column in ((8, 7), (5, 9), (12, 3), (0, 15)):
        wy, wx = bell(row + 0.5 - y + 4 - np.arange(9)), bell(column + 0.5 - x + 4 - np.arange(9))
        assert got[row, column].item() == pytest.approx(500 * np.einsum("z,y,x,zyx", wz, wy, wx, c), abs=1e-3)


def test_a_network_can_be_trained_on_a_measured_psf():
    at = np.arange(13) - 6
    shape = np.exp(-0.5 * (at[:, None] ** 2 + at[None] ** 2) / 1.3 ** 2)
    recipe = with_psf(small("decode-3d"), with_spline(np.repeat(shape[None], 20, 0)))
    low, high = recipe["simulation"]["depth"]["z_range_nm"]
    assert (low, high) == (-400, 350)  # knots from -500 to 450, the last two of each end left out
    scene = simulate(recipe["simulation"], 6, Draw(8))
    flat = (scene.frames - scene.background).reshape(-1, *scene.frames.shape[2:])
    bright = scene.photons > 2500
    at = flat[scene.frame_index[bright], scene.y[bright].long(), scene.x[bright].long()]
    assert bright.sum() > 3 and (at > 10).float().mean() > 0.95


def test_a_2d_recipe_takes_no_calibration():
    with pytest.raises(ValueError, match="only 3D"):
        with_psf(small(), measured())


def test_the_vectorial_psf_is_as_wide_as_its_aperture_says_and_spreads_out_of_focus():
    at = np.arange(-10, 11)
    sharp, far = (vectorial.psf(vectorial.Optics(1.2, 1.333, 580, 80), z)(at, at) for z in (0.0, 600.0))
    assert sharp.sum() == pytest.approx(1.0, abs=0.05)
    wide = np.sqrt(-1 / (2 * np.log(sharp[10, 11] / sharp[10, 10])))
    assert 0.21 * 580 / 1.2 / 80 < wide < 1.25 * 0.21 * 580 / 1.2 / 80 + 0.1  # vectorial and pixel-integrated: a little wider
    # A plateau with a rim and rings, not a wider Gaussian: nearly as bright 3 px off as in the middle.
    assert far[10, 10] < 0.2 * sharp[10, 10] and far[10, 7] > 0.85 * far[10, 10]
    assert far.sum() > 0.8


def test_foreign_frames_show_their_emitters_where_the_truth_says_in_photons():
    case = next(c for c in CASES if c.name.startswith("NA 1.2"))
    adu, truth = make(case, 6, 3)
    photons = to_photons(adu, case)
    assert np.median(photons) == pytest.approx(case.background, rel=0.25)
    px = case.optics.pixel_nm
    bright = truth[(truth[:, 3] > 1500) & (np.abs(truth[:, 1:3] / px - SIZE / 2) < SIZE / 2 - 2).all(1)]
    at = photons[bright[:, 0].astype(int), (bright[:, 2] / px).astype(int), (bright[:, 1] / px).astype(int)]
    assert (at > case.background + 20).mean() > 0.95
