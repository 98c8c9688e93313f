"""The read-out rule on maps made by hand."""
import numpy as np

from microscopestream_training.readout import emitter_mask, read_out

RULE = dict(candidate_probability=0.1, accept_probability=0.5, split_probability=0.6)


def mask_of(pixels, size=8):
    p = np.zeros((size, size))
    for (r, c), v in pixels.items():
        p[r, c] = v
    m, value = emitter_mask(p, **RULE)
    return {tuple(k): round(float(value[tuple(k)]), 6) for k in np.argwhere(m)}


def test_a_single_confident_pixel_is_one_emitter():
    assert mask_of({(3, 4): 0.9}) == {(3, 4): 0.9}


def test_probability_shared_by_neighbours_adds_up_on_the_larger():
    assert mask_of({(3, 4): 0.35, (3, 5): 0.3}) == {(3, 4): 0.65}


def test_diagonal_neighbours_do_not_add():
    assert mask_of({(3, 4): 0.35, (4, 5): 0.3}) == {}


def test_faint_pixels_add_to_a_cross_but_found_none():
    assert mask_of({(3, 4): 0.45, (3, 5): 0.08}) == {(3, 4): 0.53}
    assert mask_of({(3, 4): 0.09, (3, 5): 0.09, (3, 3): 0.09}) == {}


def test_two_confident_neighbours_are_two_emitters_with_probability_at_most_one():
    assert mask_of({(3, 4): 0.9, (3, 5): 0.8}) == {(3, 4): 1.0, (3, 5): 1.0}
    assert mask_of({(3, 4): 0.9, (3, 5): 0.6}) == {(3, 4): 1.0}  # 0.6 is not above 0.6


def test_ties_are_all_maxima():
    assert set(mask_of({(3, 4): 0.4, (3, 5): 0.4})) == {(3, 4), (3, 5)}


def test_edges_count_like_the_interior():
    assert mask_of({(0, 0): 0.55, (7, 7): 0.9}) == {(0, 0): 0.55, (7, 7): 0.9}


def test_positions_are_counted_from_the_corner():
    maps = np.zeros((2, 8, 8, 8))
    maps[1, :, 5, 2] = [0.9, 1234, 0.25, -0.4, 50, 0.06, 0.07, 11]
    t = read_out(maps)
    np.testing.assert_allclose(t, [[1, 2.75, 5.1, 1234, 0.06, 0.07, 50, 11, 0.9]])
