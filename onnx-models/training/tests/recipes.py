"""The shipped recipe, cut down to run in a second."""
import json
import os

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "recipes")


def small(**training):
    with open(os.path.join(FOLDER, "decode-2d-small.json"), encoding="utf-8") as f:
        recipe = json.load(f)
    recipe["network"] = dict(features=8, width=12, deep=16, frame_blocks=1, deep_blocks=1, fine_blocks=1)
    recipe["simulation"] |= dict(frames=4, size=24)
    recipe["training"] |= dict(batch=2, warmup_steps=5, **training)
    return recipe
