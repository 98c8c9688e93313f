"""Frames that others made: the microtubules of DL-SIM (Jin et al. 2020, 10.1038/s41467-020-15784-x), low and high light."""
import os

import numpy as np
import torch

from ..estimator import PatternEstimator
from . import metrics, wiener
from .inference import run

# Neither is stated with the data. Undoing the enlargement leaves white noise, whose variance over the mean above 100 ADU is 9.8 ADU
# at low and at high light alike: photo-electrons of 9.8 ADU, and a baseline of 100.
BASELINE_ADU, ELECTRONS_PER_ADU = 100.0, 0.102
ANGLES, PHASES = 3, 5
# The best of those tried for our Wiener reconstruction at high light: cutoff in cycles per raw px, OTF damping, modulation depths.
CUTOFF, DAMPING, DEPTHS = 0.25, 0.3, (0.5, 0.6)
WIENER = (0.05, 0.1, 0.2, 0.4)
BORDER = 4


def reduce(frames):
    """Undo the authors' x2 enlargement by the least squares: the raw pixels, exactly but for their rounding to whole ADU.

    It was Catmull-Rom's bicubic, enlarged pixel i lying at raw pixel i / 2 + 1/4, so that the pair of a raw pixel k is 2 k - 1, 2 k.
    No other grid or kernel explains the files to a quarter of an ADU, and what is left has white noise.
    """
    def inverse(n):
        enlarge = np.zeros((n, n // 2 + 2))      # raw pixels -1 ... n / 2
        for i in range(n):
            at = i / 2 + 0.25
            for j in range(int(at) - 1, int(at) + 3):
                x = abs(at - j)
                weight = (1.5 * x - 2.5) * x * x + 1 if x <= 1 else ((-0.5 * x + 2.5) * x - 4) * x + 2
                enlarge[i, min(j, n // 2) + 1] += weight
        return np.linalg.pinv(enlarge)[1:-1]
    return (inverse(frames.shape[1]) @ frames.astype(float) @ inverse(frames.shape[2]).T).astype(np.float32)


def binned(frames):
    """What a user would do who does not know how they were enlarged: means of 2 x 2 pixels, of which each is of two raw pixels."""
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


def images_of(model, folder: str):
    """The authors' images, ours by reduction ("" undone exactly, "binned " by 2 x 2 means), and the offsets (y, x) of the reference.

    The authors' reconstruction lies apart from their raw frames by whole pixels: found with our Wiener reconstruction at high
    light, no network taking part.
    """
    import tifffile
    read = {k: np.squeeze(tifffile.imread(os.path.join(folder, k + ".tif"))).astype(np.float32) for k in
            ("low-light-raw", "high-light-raw", "low-light-conventional-sim", "high-light-conventional-sim")}
    reference = read["high-light-conventional-sim"]
    images, moves = {"authors, low light": read["low-light-conventional-sim"]}, {}
    for how, undo in (("", reduce), ("binned ", binned)):
        for light in ("low", "high"):
            photons = ((undo(read[light + "-light-raw"]) - BASELINE_ADU) * ELECTRONS_PER_ADU).astype(np.float32)
            images[f"{how}widefield, {light} light"] = np.kron(photons.mean(0), np.ones((2, 2)))
            images[f"{how}Wiener, {light} light"] = best_wiener(photons, reference)
            images[f"{how}network, {light} light"] = run(model, frames_for(photons, model.frames))
        moves[how] = offset(images[f"{how}Wiener, high light"], reference)
    return images, moves, reference


def evaluate(model, folder: str):
    """Rows against the authors' high-light reconstruction, as it lies and registered (`images_of`), and the images."""
    images, moves, reference = images_of(model, folder)
    rows, inner = [], (slice(BORDER, -BORDER),) * 2
    for name, image in images.items():
        move = (0, 0) if name.startswith("authors") else moves["binned " if name.startswith("binned") else ""]
        registered = np.roll(image, move, (0, 1))
        rows.append(dict(image=name, psnr_db=round(metrics.psnr(image, reference), 2), pearson=round(metrics.pearson(image, reference), 4),
                         registered_psnr_db=round(metrics.psnr(registered[inner], reference[inner]), 2),
                         registered_pearson=round(metrics.pearson(registered[inner], reference[inner]), 4),
                         moved_px=[int(m) for m in move]))
    return rows, images | {"authors, high light": reference}
