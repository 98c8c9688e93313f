"""The simulator against closed forms: photon budget, pixel convention, blinking, noise, densities."""
import numpy as np
import pytest
import torch
from recipes import small

from microscopestream_training.simulator import blinking, camera, simulate
from microscopestream_training.simulator.psf import pixel_integrals, render
from microscopestream_training.simulator.sampling import Draw


def one_emitter(x, y, photons=1000.0, sigma_x=1.2, sigma_y=1.2, size=32, **tail):
    t = lambda v: torch.tensor([[v]])
    return render(t(x), t(y), torch.tensor([[[photons]]]), t(sigma_x), t(sigma_y), size, **tail)[0, 0]


def test_all_photons_of_an_interior_emitter_reach_the_frame():
    assert one_emitter(16.3, 15.8).sum().item() == pytest.approx(1000.0, rel=1e-5)


def test_the_skirt_moves_photons_outwards_without_changing_their_number():
    tail = dict(tail_weight=torch.tensor([0.2]), tail_scale=torch.tensor([2.0]))
    plain, skirted = one_emitter(16.0, 16.0), one_emitter(16.0, 16.0, **tail)
    assert skirted.sum().item() == pytest.approx(1000.0, rel=1e-4)
    assert skirted.max() < plain.max()


def test_an_emitter_at_a_pixels_centre_is_symmetric_about_that_pixel():
    image = one_emitter(10.5, 20.5)
    assert divmod(int(image.argmax()), 32) == (20, 10)  # rows are y
    torch.testing.assert_close(image[20, 9], image[20, 11])
    torch.testing.assert_close(image[19, 10], image[21, 10])


def test_the_centroid_is_the_position_counted_from_the_corner():
    image = one_emitter(12.37, 18.81, sigma_x=1.1, sigma_y=1.5)
    centres = torch.arange(32) + 0.5
    assert ((image.sum(0) * centres).sum() / image.sum()).item() == pytest.approx(12.37, abs=1e-3)
    assert ((image.sum(1) * centres).sum() / image.sum()).item() == pytest.approx(18.81, abs=1e-3)


def test_pixel_integrals_agree_with_quadrature():
    got = pixel_integrals(torch.tensor([3.3]), torch.tensor([1.3]), 8)[0].numpy()
    fine = (np.arange(8000) + 0.5) / 1000
    density = np.exp(-0.5 * ((fine - 3.3) / 1.3) ** 2) / (1.3 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(got, density.reshape(8, 1000).mean(1), atol=1e-6)


@pytest.mark.parametrize("whole", [True, False])
def test_blinking_keeps_each_emitters_time_budget(whole):
    b = blinking.occupancy(Draw(3), 4000, 8, torch.tensor([2.0]), torch.tensor([whole]))
    total = b.sum(2)
    assert b.min() >= 0 and b.max() <= 1
    assert total.max() <= 7.001 and total.mean().item() == pytest.approx(2.0, rel=0.08)
    if whole:
        assert torch.all((b == 0) | (b == 1))
    else:
        assert ((b > 0.01) & (b < 0.99)).float().mean() > 0.1
    assert b.mean((0, 1)).std() < 0.05  # no frame of the ring is preferred


@pytest.mark.parametrize("emccd, excess", [(False, 1.0), (True, 2.0)])
def test_camera_noise_has_the_stated_variance(emccd, excess):
    mean = torch.full((1, 40, 50, 50), 30.0)
    f = camera.expose(Draw(4), mean, torch.tensor([1.5]), torch.tensor([emccd]))
    assert f.mean().item() == pytest.approx(30.0, rel=0.01)
    read = (0.15 * 1.5) ** 2 if emccd else 1.5 ** 2 * np.exp(2 * 0.25 ** 2)
    assert f.var(1).mean().item() == pytest.approx(excess * 30.0 + read, rel=0.03)


def test_hot_pixels_stay_where_they_are_and_are_as_many_as_stated():
    light = camera.hot_pixels(Draw(6), (400, 4, 40, 40), 0.002, 0.5)
    assert torch.equal((light > 0).all(1), (light > 0).any(1))
    assert (light[:, 0] > 0).float().mean().item() == pytest.approx(0.001, rel=0.2)
    assert ((light[:, 0] > 0).flatten(1).any(1)).float().mean().item() == pytest.approx(0.5 * (1 - 0.998 ** 1600), abs=0.08)


def test_scenes_repeat_with_their_seed_and_stay_inside_the_crop():
    r = small()["simulation"]
    a, b, c = (simulate(r, 6, Draw(s)) for s in (1, 1, 2))
    assert torch.equal(a.frames, b.frames) and torch.equal(a.x, b.x)
    assert a.frames.shape != c.frames.shape or not torch.equal(a.frames, c.frames)
    assert torch.isfinite(a.frames).all()
    assert ((a.x >= 0) & (a.x < r["size"]) & (a.y >= 0) & (a.y < r["size"])).all()
    assert a.frame_index.max() < 6 * r["frames"] and (a.photons > 0).all()


def test_listed_emitters_are_bright_where_the_list_says():
    r = small()["simulation"]
    s = simulate(r, 24, Draw(9))
    flat = (s.frames - s.background).reshape(-1, r["size"], r["size"])
    bright = s.photons > 1500
    at = flat[s.frame_index[bright], s.y[bright].long(), s.x[bright].long()]
    assert (at > 10).float().mean() > 0.98
