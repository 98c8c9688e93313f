"""The shipped recipes, cut down to run in a second."""
import json
import os

from recipes import FOLDER


def small(name="sim-3frame-raw", **training):
    with open(os.path.join(FOLDER, "sim", name + ".json"), encoding="utf-8") as f:
        recipe = json.load(f)
    recipe["network"] = dict(width=8, deep=12, fine_blocks=1, deep_blocks=1)
    recipe["simulation"] |= dict(size=16)
    recipe["pool"] = dict(count=4, size=96, seed=1)
    recipe["training"] |= dict(batch=2, warmup_steps=2, **training)
    return recipe
