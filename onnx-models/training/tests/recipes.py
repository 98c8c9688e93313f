"""The shipped recipes, cut down to run in a second."""
import json
import os

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "recipes")
SHIPPED = sorted(f[:-5] for f in os.listdir(FOLDER) if f.endswith(".json"))


def small(name="decode-2d-small", **training):
    with open(os.path.join(FOLDER, name + ".json"), encoding="utf-8") as f:
        recipe = json.load(f)
    recipe.pop("start_from", None)  # larger than what is left of the network
    axial = recipe["network"].get("axial", False)
    recipe["network"] = dict(features=8, width=12, deep=16, frame_blocks=1, deep_blocks=1, fine_blocks=1, head=16, axial=axial)
    recipe["simulation"] |= dict(frames=4, size=24)
    recipe["training"] |= dict(batch=2, warmup_steps=5, **training)
    return recipe
