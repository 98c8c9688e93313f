"""Joining positions over pixels that share an emitter."""
import pytest
import torch

from microscopestream_training.sharing import share


def maps_with(pixels, size=7):
    """pixels: (row, column) -> (p, x, y, sigma)."""
    m = torch.zeros(1, 8, size, size, dtype=torch.float64)
    m[:, 5:7] = 0.2
    for (r, c), (p, x, y, s) in pixels.items():
        m[0, [0, 2, 3, 5, 6], r, c] = torch.tensor([p, x, y, s, s], dtype=torch.float64)
    return m


def test_a_lone_pixel_keeps_its_position():
    m = share(maps_with({(3, 3): (0.9, 0.2, -0.3, 0.1)}))
    assert m[0, 2:4, 3, 3].tolist() == pytest.approx([0.2, -0.3], abs=1e-4)
    assert m[0, 5, 3, 3].item() == pytest.approx(0.1, abs=1e-3)


def test_two_halves_of_one_emitter_meet_at_the_edge():
    m = share(maps_with({(3, 3): (0.5, 0.42, 0.1, 0.1), (3, 4): (0.5, -0.42, 0.1, 0.1)}))
    assert m[0, 2, 3, 3].item() == pytest.approx(0.5, abs=0.02)   # the shared edge, seen from either side
    assert m[0, 2, 3, 4].item() == pytest.approx(-0.5, abs=0.02)
    assert m[0, 3, 3, 3].item() == pytest.approx(0.1, abs=1e-4)
    assert m[0, 5, 3, 3].item() > 0.1                             # and less certain than either half


def test_rows_and_columns_are_not_mixed_up():
    m = share(maps_with({(3, 3): (0.5, 0.1, 0.42, 0.1), (4, 3): (0.5, 0.1, -0.42, 0.1)}))
    assert m[0, 3, 3, 3].item() == pytest.approx(0.5, abs=0.02)
    assert m[0, 2, 3, 3].item() == pytest.approx(0.1, abs=1e-4)


def test_confident_or_distant_neighbours_stay_apart():
    for other in ((0.9, -0.42, 0.1, 0.1), (0.5, 0.45, 0.1, 0.05)):
        m = share(maps_with({(3, 3): (0.9, 0.0, 0.1, 0.05), (3, 4): other}))
        assert m[0, 2, 3, 3].item() == pytest.approx(0.0, abs=0.01)


def test_everything_but_positions_passes_through():
    m = torch.rand(2, 8, 9, 9, dtype=torch.float64) + 0.05
    kept = [0, 1, 4, 7]
    assert torch.equal(share(m)[:, kept], m[:, kept])
