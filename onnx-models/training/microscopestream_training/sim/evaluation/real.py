"""Frames that others made: the microtubules of DL-SIM (Jin et al. 2020, 10.1038/s41467-020-15784-x), low and high light."""
import os

import numpy as np

from . import metrics
from .inference import run

# Neither is stated with the data: baseline as the darkest parts show it, gain as of the usual sCMOS camera.
BASELINE_ADU, ELECTRONS_PER_ADU = 100.0, 0.46
ANGLES, PHASES = 3, 5


def reduce(frames):
    """Undo the authors' x2 enlargement: means of 2 x 2 pixels."""
    n, h, w = frames.shape
    return frames.reshape(n, h // 2, 2, w // 2, 2).mean((2, 4))


def frames_for(raw, count: int):
    """15 angle-major frames -> those that a network of 1, 3 or 15 frames takes."""
    if count == ANGLES * PHASES:
        return raw
    if count == ANGLES:
        return raw[::PHASES]
    raise ValueError(f"a network of {count} frames does not fit {ANGLES} angles x {PHASES} phases")


def evaluate(model, folder: str):
    """Rows light, psnr_db, pearson of the network's image against the authors' high-light reconstruction, and the images."""
    import tifffile
    read = {k: np.squeeze(tifffile.imread(os.path.join(folder, k + ".tif"))).astype(np.float32) for k in
            ("low-light-raw", "high-light-raw", "low-light-conventional-sim", "high-light-conventional-sim")}
    reference = read["high-light-conventional-sim"]
    images, rows = {"authors, high light": reference, "authors, low light": read["low-light-conventional-sim"]}, []
    for light in ("low", "high"):
        photons = (reduce(read[light + "-light-raw"]) - BASELINE_ADU) * ELECTRONS_PER_ADU
        images[f"widefield, {light} light"] = np.kron(photons.mean(0), np.ones((2, 2)))
        images[f"network, {light} light"] = run(model, frames_for(photons, model.frames))
    for name, image in images.items():
        if image is not reference:
            rows.append(dict(image=name, psnr_db=round(metrics.psnr(image, reference), 2),
                             pearson=round(metrics.pearson(image, reference), 4)))
    return rows, images
