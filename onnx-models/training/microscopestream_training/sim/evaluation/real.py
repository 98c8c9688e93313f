"""Frames that others made: the microtubules of DL-SIM (Jin et al. 2020, 10.1038/s41467-020-15784-x), low and high light."""
import os

import numpy as np
import torch

from ..estimator import PatternEstimator
from . import metrics, wiener
from .inference import run

# Neither is stated with the data: baseline as the darkest parts show it, gain as of the usual sCMOS camera.
BASELINE_ADU, ELECTRONS_PER_ADU = 100.0, 0.46
ANGLES, PHASES = 3, 5
# The best of those tried for our Wiener reconstruction at high light: cutoff in cycles per raw px, OTF damping, modulation depths.
CUTOFF, DAMPING, DEPTHS = 0.25, 0.3, (0.5, 0.6)
WIENER = (0.05, 0.1, 0.2, 0.4)
BORDER = 4


def reduce(frames):
    """Undo the authors' x2 enlargement: means of 2 x 2 pixels."""
    n, h, w = frames.shape
    return frames.reshape(n, h // 2, 2, w // 2, 2).mean((2, 4))


def frames_for(raw, count: int):
    """15 angle-major frames -> those that a network of 3 or 15 frames takes."""
    if count == ANGLES * PHASES:
        return raw
    if count == ANGLES:
        return raw[::PHASES]
    raise ValueError(f"a network of {count} frames does not fit {ANGLES} angles x {PHASES} phases")


def best_wiener(frames, reference):
    """Wiener reconstruction from all frames with patterns estimated from them, the parameter best in hindsight."""
    carrier, phase = PatternEstimator(ANGLES, PHASES)(torch.from_numpy(frames.astype(np.float32))[None])
    stack = frames.reshape(ANGLES, PHASES, *frames.shape[1:])
    images = wiener.reconstruct(stack, CUTOFF, carrier[0, ::PHASES].numpy(), phase[0].reshape(ANGLES, PHASES).numpy(),
                                [DEPTHS] * ANGLES, WIENER, DAMPING)
    return max(images.values(), key=lambda i: metrics.psnr(i, reference))


def offset(image, reference, reach=3):
    """Whole pixels (y, x) by which to roll an image for the highest correlation with the reference."""
    steps = [(y, x) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1)]
    return max(steps, key=lambda s: metrics.pearson(np.roll(image, s, (0, 1)), reference))


def evaluate(model, folder: str):
    """Rows against the authors' high-light reconstruction (psnr_db, pearson; once more after registration), and the images.

    The authors' reconstruction lies apart from its own raw frames. Registered means moved by the whole pixels that bring the
    high-light widefield image onto it best; no network takes part in finding them.
    """
    import tifffile
    read = {k: np.squeeze(tifffile.imread(os.path.join(folder, k + ".tif"))).astype(np.float32) for k in
            ("low-light-raw", "high-light-raw", "low-light-conventional-sim", "high-light-conventional-sim")}
    reference = read["high-light-conventional-sim"]
    images = {"authors, high light": reference, "authors, low light": read["low-light-conventional-sim"]}
    for light in ("low", "high"):
        photons = (reduce(read[light + "-light-raw"]) - BASELINE_ADU) * ELECTRONS_PER_ADU
        images[f"widefield, {light} light"] = np.kron(photons.mean(0), np.ones((2, 2)))
        images[f"Wiener, {light} light"] = best_wiener(photons, reference)
        images[f"network, {light} light"] = run(model, frames_for(photons, model.frames))
    move, rows = offset(images["widefield, high light"], reference), []
    inner = (slice(BORDER, -BORDER),) * 2
    for name, image in images.items():
        if image is reference:
            continue
        ours = not name.startswith("authors")
        registered = np.roll(image, move, (0, 1)) if ours else image
        rows.append(dict(image=name, psnr_db=round(metrics.psnr(image, reference), 2), pearson=round(metrics.pearson(image, reference), 4),
                         registered_psnr_db=round(metrics.psnr(registered[inner], reference[inner]), 2),
                         registered_pearson=round(metrics.pearson(registered[inner], reference[inner]), 4),
                         moved_px=[int(m) for m in move] if ours else [0, 0]))
    return rows, images
