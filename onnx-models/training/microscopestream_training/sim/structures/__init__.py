"""Samples: images of fluorophore density on the fine grid, non-negative, under a Gaussian of `drawing.SHARPEST`.

Sharper than any microscope of the domain sees, and than the truth that networks are trained on (`forward.truth`).

Every class is a function of (NumPy generator, edge in fine px) -> float32 [edge, edge].
"""
from .filaments import filaments
from .networks import networks
from .points import points
from .pores import pores
from .textures import textures
from .vesicles import vesicles

TRAINED = {"filaments": filaments, "vesicles": vesicles, "points": points, "textures": textures}
# Never trained on: they show how a network fares on what it has not seen.
HELD_OUT = {"networks": networks, "pores": pores}

__all__ = ["HELD_OUT", "TRAINED"]
