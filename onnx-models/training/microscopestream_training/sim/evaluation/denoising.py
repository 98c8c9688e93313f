"""Judging a denoiser: single frames of every class, patterned, against their noise-free expectation and Gaussian smoothing."""
from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter

from ..structures import HELD_OUT, TRAINED
from . import conditions, metrics
from .inference import run

WIDTHS = (0.4, 0.6, 0.8, 1.0, 1.4, 2.0)  # raw px
BORDER = 8


def evaluate(model, c, fields: int, lights=(1.0, 0.1, 0.02)):
    """Rows per class and light; the Gaussian's width is the best in hindsight for each field."""
    rows = []
    for kinds, seen in ((TRAINED, True), (HELD_OUT, False)):
        for light in lights:
            for name in sorted(kinds):
                found = np.mean([one(model, replace(c, photons=c.photons * light), kinds, name, i) for i in range(fields)], 0)
                rows.append(dict(structures=name, trained_on=seen, light=light, fields=fields,
                                 **{k: round(float(v), 3) for k, v in zip(("noisy_db", "gaussian_db", "network_db"), found)}))
    return rows


def one(model, c, kinds, name, index):
    a = conditions.acquire(c, kinds, name, index)
    frame, truth = a.all_frames()[0], a.expected[0][BORDER:-BORDER, BORDER:-BORDER]

    def db(image):
        return metrics.psnr(image[BORDER:-BORDER, BORDER:-BORDER], truth)
    return db(frame), max(db(gaussian_filter(frame, s)) for s in WIDTHS), db(run(model, frame[None]))
