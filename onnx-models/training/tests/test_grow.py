"""A network grown from a smaller one does what the smaller one did, and can learn more."""
import pytest
import torch

from microscopestream_training.grow import grow, package_weights
from microscopestream_training.network import Localizer

SMALL = dict(features=6, width=8, deep=10, frame_blocks=1, deep_blocks=1, fine_blocks=1, head=8)
LARGE = dict(features=9, width=12, deep=16, frame_blocks=2, deep_blocks=3, fine_blocks=2, head=11)


def frames():
    return torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(3)) * 80


@pytest.mark.parametrize("axial", [False, True])
def test_first_maps_are_those_of_the_smaller_network(axial):
    torch.manual_seed(1)
    small, large = Localizer(**SMALL), Localizer(**LARGE, axial=axial)
    grow(large, small.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(large(frames())[:, :8], small(frames()), rtol=1e-4, atol=1e-5)


def test_new_channels_get_gradients():
    torch.manual_seed(1)
    large = Localizer(**LARGE)
    grow(large, Localizer(**SMALL).state_dict())
    optimizer = torch.optim.SGD(large.parameters(), lr=0.05)
    for _ in range(3):  # through zeroed read-outs, one layer after the other wakes up
        optimizer.zero_grad()
        large(frames()).square().mean().backward()
        optimizer.step()
    assert large.frame.stem.weight.grad[6:].abs().max() > 0
    assert large.context.deep[2].first.weight.grad.abs().max() > 0


def test_committed_package_is_what_the_full_size_recipes_start_from():
    weights = package_weights("../decode-2d-small")
    small = Localizer()
    assert set(weights) == set(small.state_dict())
    small.load_state_dict(weights)


def test_a_larger_network_does_not_fit_into_a_smaller_one():
    with pytest.raises(ValueError, match="does not fit"):
        grow(Localizer(**SMALL), Localizer(**LARGE).state_dict())


def test_a_folder_without_graphs_is_named(tmp_path):
    with pytest.raises(ValueError, match="frame.onnx"):
        package_weights(str(tmp_path))
