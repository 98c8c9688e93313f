"""A video network grown from a package shows what the package showed, and can learn more."""
import json

import numpy as np
import pytest
import torch

from recipes import FOLDER

from microscopestream_training.video import evaluate, exporter, train
from microscopestream_training.video.grow import grow
from microscopestream_training.video.network import VideoNetwork
from microscopestream_training.video.package import model_json

SMALL = dict(width=6, hidden=8, context=10)
LARGE = dict(width=8, hidden=13, context=12, further=2)


def recipe(**more):
    with open(f"{FOLDER}/video/dblink.json", encoding="utf-8") as f:
        return json.load(f) | more


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    torch.manual_seed(4)
    model, folder = VideoNetwork(**SMALL), str(tmp_path_factory.mktemp("small"))
    for p in model.parameters():  # a trained network has no zeros or even biases left
        torch.nn.init.normal_(p, 0, 0.1)
    network = SMALL | dict(delays=[0, 2, 5])
    exporter.export(model, folder, model_json(recipe(network=network), "1.0.0", "", None, dict(steps=1, minutes=1)))
    return model.eval(), folder


@pytest.mark.parametrize("delays", [(0, 2, 5), (0, 2, 5, 10)])
def test_first_pictures_are_those_of_the_smaller_network(small, delays):
    large = VideoNetwork(**LARGE, delays=delays)
    grow(large, small[1])
    maps = np.random.default_rng(1).poisson(0.1, (6, 32, 32)).astype(np.float32)
    np.testing.assert_allclose(evaluate.run(large.eval(), maps)[:, :3], evaluate.run(small[0], maps), atol=1e-5)


def test_what_is_new_learns(small):
    large = VideoNetwork(**LARGE)
    grow(large, small[1])
    optimizer = torch.optim.SGD(large.parameters(), lr=0.05)
    for _ in range(3):
        optimizer.zero_grad()
        hidden, sums = large.start(1, 32, 32)
        for _ in range(2):
            density, hidden, sums = large(torch.rand(1, 1, 32, 32), hidden, sums)
        density.square().mean().backward()
        optimizer.step()
    assert large.stem.weight.grad[SMALL["width"]:].abs().max() > 0
    assert large.candidate.weight.grad[SMALL["hidden"]:].abs().max() > 0
    assert large.further[1].weight.grad.abs().max() > 0


def test_a_run_begins_with_the_package_named_and_says_so(small, tmp_path, monkeypatch):
    r = recipe(network=SMALL | dict(delays=[0, 2, 5]))
    r["simulation"] |= dict(size=32)
    r["training"] |= dict(batch=1, running=1, chunk=2, chunks=1)
    with open(tmp_path / "recipe.json", "w", encoding="utf-8") as f:
        json.dump(r, f)
    monkeypatch.setattr("sys.argv", ["train", "--recipe", str(tmp_path / "recipe.json"), "--start-from", small[1], "--minutes", "1e-9",
                                     "--folder", str(tmp_path / "run")])
    train.main()
    model, state = evaluate.load(str(tmp_path / "run" / "checkpoint.pt"))
    assert state["recipe"]["start_from"] == small[1]
    for name, value in small[0].state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], value)


def test_a_smaller_network_takes_no_larger_package(small):
    with pytest.raises(ValueError, match="does not fit"):
        grow(VideoNetwork(**SMALL | dict(hidden=7)), small[1])


def test_the_recipe_starts_from_a_package_that_fits():
    r = recipe()
    grow(VideoNetwork(**r["network"]), r["start_from"])
