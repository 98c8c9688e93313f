"""Gathering probability on emitters."""
import pytest
import torch

from microscopestream_training.claiming import REACH, claim


def maps_with(pixels, size=9):
    """pixels: (row, column) -> (p, x, y, sigma)."""
    m = torch.zeros(1, 8, size, size, dtype=torch.float64)
    m[:, 5:7] = 0.2
    for (r, c), (p, x, y, s) in pixels.items():
        m[0, [0, 2, 3, 5, 6], r, c] = torch.tensor([p, x, y, s, s], dtype=torch.float64)
    return m


def emitters(m):
    """(row, column) -> (p, x, y, sigma) where p is above zero."""
    return {tuple(k): m[0, [0, 2, 3, 5], k[0], k[1]].tolist() for k in torch.nonzero(m[0, 0] > 0).tolist()}


def test_a_lone_pixel_keeps_its_position_and_probability():
    found = emitters(claim(maps_with({(4, 4): (0.9, 0.2, -0.3, 0.1)})))
    assert list(found) == [(4, 4)]
    assert found[4, 4] == pytest.approx([0.9, 0.2, -0.3, 0.1], abs=1e-3)


def test_two_halves_of_one_emitter_become_one_at_the_shared_edge():
    found = emitters(claim(maps_with({(4, 4): (0.52, 0.42, 0.1, 0.1), (4, 5): (0.48, -0.42, 0.1, 0.1)})))
    assert list(found) == [(4, 4)]
    p, x, y, sigma = found[4, 4]
    assert 0.95 < p <= 1
    assert x == pytest.approx(0.5, abs=0.02) and y == pytest.approx(0.1, abs=1e-6)
    assert sigma > 0.1  # less certain than either half


def test_rows_and_columns_are_not_mixed_up():
    found = emitters(claim(maps_with({(4, 4): (0.52, 0.1, 0.42, 0.1), (5, 4): (0.48, 0.1, -0.42, 0.1)})))
    assert found[4, 4][1:3] == pytest.approx([0.1, 0.5], abs=0.02)


@pytest.mark.parametrize("second", [(4, 5), (5, 5), (3, 4)])
def test_what_a_peak_does_not_need_is_a_second_emitter(second):
    """Two emitters' worth of probability on two pixels, the weaker beside the stronger: no pixel above 0.6 but one."""
    dy, dx = second[0] - 4, second[1] - 4
    pixels = {(4, 4): (0.9, 0.1 * dx, 0.1 * dy, 0.6), second: (0.58, -0.1 * dx, -0.1 * dy, 0.6)}
    found = emitters(claim(maps_with(pixels)))
    assert set(found) == {(4, 4), second}
    assert found[4, 4][0] == pytest.approx(1.0, abs=1e-3)
    assert found[second][0] == pytest.approx(0.48, abs=1e-3)


def test_probability_that_means_another_place_is_not_claimed():
    found = emitters(claim(maps_with({(4, 4): (0.6, -0.4, 0.0, 0.05), (4, 5): (0.5, 0.4, 0.0, 0.05)})))
    assert found[4, 4][:2] == pytest.approx([0.6, -0.4], abs=1e-3)
    assert found[4, 5][:2] == pytest.approx([0.5, 0.4], abs=1e-3)


def test_nothing_is_made_and_nothing_above_one():
    torch.manual_seed(3)
    m = torch.rand(4, 8, 32, 32, dtype=torch.float64)
    m[:, 0] *= 0.6
    p = claim(m)[:, 0]
    assert (p >= 0).all() and p.max() <= 1 + 1e-9
    # Two claimants may take the same probability at once, by a little.
    assert p.sum() <= 1.05 * m[:, 0].sum()


def test_channels_that_are_no_positions_pass_through():
    torch.manual_seed(1)
    m = torch.rand(2, 8, 9, 9, dtype=torch.float64) + 0.05
    assert torch.equal(claim(m)[:, [1, 4, 7]], m[:, [1, 4, 7]])


def test_a_change_is_felt_no_further_than_the_stated_reach():
    torch.manual_seed(2)
    size, felt = 48, 0
    for trial in range(60):
        m = torch.rand(1, 8, size, size, dtype=torch.float64) * 0.5 + 0.05
        changed = m.clone()
        changed[0, 0, :, size // 2] = torch.rand(size, dtype=torch.float64)
        columns = torch.nonzero((claim(m) != claim(changed)).any(2).any(1)[0])[:, 0]
        felt = max(felt, int((columns - size // 2).abs().max()))
    assert REACH // 2 <= felt <= REACH
