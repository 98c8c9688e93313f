"""Judging a denoiser: single patterned frames of every class against their noise-free expectation, beside Gaussian smoothing;
and what a Wiener reconstruction makes of denoised frames."""
import os
from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter

from ..structures import HELD_OUT, TRAINED
from . import conditions, metrics, real
from .inference import run, run_wiener

WIDTHS = (0.4, 0.6, 0.8, 1.0, 1.4, 2.0)  # raw px
WIENER = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
BORDER = 8


def evaluate(model, c, fields: int, lights=(1.0, 0.1, 0.02)):
    """Rows per class and light; the Gaussian's width and Wiener's parameter are the best in hindsight for each field."""
    rows = []
    for kinds, seen in ((TRAINED, True), (HELD_OUT, False)):
        for light in lights:
            for name in sorted(kinds):
                found = [one(model, replace(c, photons=c.photons * light), kinds, name, i) for i in range(fields)]
                rows.append(dict(structures=name, trained_on=seen, light=light, fields=fields)
                            | {k: round(float(np.mean([f[k] for f in found])), 3) for k in found[0]})
    return rows


def one(model, c, kinds, name, index) -> dict:
    a = conditions.acquire(c, kinds, name, index)
    frames = a.all_frames()
    clean = np.stack([run(model, f[None]) for f in frames])

    def db(image, truth, border):
        inner = (slice(border, -border),) * 2
        return metrics.psnr(image[inner], truth[inner])

    def wiener(stack):
        images = run_wiener(replace(a, frames=stack.reshape(a.frames.shape)), WIENER)
        return max(db(i, a.truth, 2 * BORDER) for i in images.values())
    return dict(noisy_db=db(frames[0], a.expected[0], BORDER), network_db=db(clean[0], a.expected[0], BORDER),
                gaussian_db=max(db(gaussian_filter(frames[0], s), a.expected[0], BORDER) for s in WIDTHS),
                wiener_db=wiener(frames), wiener_of_denoised_db=wiener(clean))


def microtubules(model, folder: str):
    """Low-light frames of DL-SIM, denoised: one frame against the same at high light; reconstructed, against the authors' image."""
    import tifffile
    low, high = ((real.reduce(tifffile.imread(os.path.join(folder, k + "-light-raw.tif")).astype(np.float32)) - real.BASELINE_ADU)
                 * real.ELECTRONS_PER_ADU for k in ("low", "high"))
    reference = np.squeeze(tifffile.imread(os.path.join(folder, "high-light-conventional-sim.tif"))).astype(float)
    clean = np.stack([run(model, f[None]) for f in low])
    wide = np.kron(high.mean(0), np.ones((2, 2)))
    move = real.offset(wide, reference)
    rows = []
    for name, frames in (("low light", low), ("low light, denoised", clean)):
        single = [metrics.psnr(f, h) for f, h in zip(frames, high)], [metrics.pearson(f, h) for f, h in zip(frames, high)]
        rows.append(dict(image=f"raw frames, {name}, against high light", psnr_db=round(float(np.mean(single[0])), 2),
                         pearson=round(float(np.mean(single[1])), 4)))
        inner = (slice(real.BORDER, -real.BORDER),) * 2
        image = real.best_wiener(frames, reference)
        moved = np.roll(image, move, (0, 1))[inner]
        rows.append(dict(image=f"Wiener of raw frames, {name}", psnr_db=round(metrics.psnr(image, reference), 2),
                         pearson=round(metrics.pearson(image, reference), 4),
                         registered_psnr_db=round(metrics.psnr(moved, reference[inner]), 2),
                         registered_pearson=round(metrics.pearson(moved, reference[inner]), 4)))
    return rows, clean, low, high
