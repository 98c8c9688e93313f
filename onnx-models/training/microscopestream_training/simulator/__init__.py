"""Simulated single-molecule frames. Lengths in camera pixels, intensities in photons; pixel i spans [i, i + 1)."""
from .scene import Scene, simulate

__all__ = ["Scene", "simulate"]
