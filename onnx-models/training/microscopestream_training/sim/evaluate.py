"""Evaluate a denoiser or a network of raw frames: python3 -m microscopestream_training.sim.evaluate CHECKPOINT --out out.json

Simulated fields of every class, trained on and held out, at full, a tenth and a fiftieth of the light: the network beside
a Wiener reconstruction from the full set of frames with the true parameters; then one change at a time; then, with --data,
frames that others made. Decibels are affine-fitted PSNR against the sample as it was drawn, on the grid twice as fine; those
called filtered are against the sample through an ideal objective of twice the NA, which the network's image passes as well.
"""
import argparse
import json
import os
from dataclasses import replace

import numpy as np
import torch

from . import optics
from .evaluation import conditions, denoising, inference, metrics, real, reprojection
from .structures import HELD_OUT, TRAINED

BORDER = 16                      # fine px left out on every side
WIENER = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
USUAL = 0.05                     # fairSIM's default; the others are tried to give Wiener its best in hindsight
# One change of the base condition at a time, on filaments. None: what a network of that many frames cannot be given.
CHANGES = {
    "orientation 40 deg": dict(turn_deg=40.0), "orientation 75 deg": dict(turn_deg=75.0),
    "60 nm px": dict(pixel_um=0.060), "NA 1.49, 488 nm em. 510, 75 nm px": dict(na=1.49, wavelength_um=0.510, pixel_um=0.075, period_um=0.185),
    "NA 1.2, 250 nm period": dict(na=1.2, period_um=0.250), "orientations 30 deg apart": dict(separation_deg=30.0),
    "modulation 0.5": dict(modulation=0.5), "background 10 %": dict(background_part=0.10),
    "other number of beams": dict(beams=None),
}


def inner(image):
    return image[BORDER:-BORDER, BORDER:-BORDER]


def through_objective(image, acquisition):
    """An image through the ideal objective of twice the NA."""
    fy, fx = (2 * np.fft.fftfreq(n) for n in image.shape)
    otf = optics.doubled_otf(fx[None], fy[:, None], float(acquisition.patterns.cutoff))
    return np.fft.ifft2(np.fft.fft2(image) * otf).real


def base_condition(phases: int) -> conditions.Condition:
    """Two beams and three phases; with five phases three beams."""
    return conditions.Condition(beams=3, phases=5) if phases == 5 else conditions.Condition()


def frames_for(model, acquisition):
    return acquisition.one_phase() if model.frames == acquisition.frames.shape[0] else acquisition.all_frames()


def one_class(model, c, kinds, name, fields, deep=False):
    """Mean figures over the fields of a class. deep: FRC and re-projection as well."""
    pixel_nm = 500 * c.pixel_um
    rows = []
    for i in range(fields):
        a = conditions.acquire(c, kinds, name, i)
        sample = inner(a.sample)
        result = inference.run(model, frames_for(model, a))
        wiener = inference.run_wiener(a, WIENER)
        row = {"network_db": metrics.psnr(inner(result), sample), "network_pearson": metrics.pearson(inner(result), sample),
               "widefield_db": metrics.psnr(inner(np.kron(a.all_frames().mean(0), np.ones((2, 2)))), sample),
               "network_filtered_db": metrics.psnr(inner(through_objective(result, a)), inner(a.truth))}
        row |= {f"wiener_{w}_db": metrics.psnr(inner(v), sample) for w, v in wiener.items()}
        best = wiener[max(WIENER, key=lambda w: row[f"wiener_{w}_db"])]
        row["wiener_filtered_db"] = max(metrics.psnr(inner(v), inner(a.truth)) for v in wiener.values())
        if deep:
            for key, image, sharpen in (("network", result, False), ("wiener", best, True), ("truth", a.truth, True)):
                row[f"{key}_residual"] = reprojection.residual(image, a, sharpen=sharpen)
                if key != "truth":
                    row[f"{key}_frc_nm"] = metrics.frc_resolution(inner(image), sample, pixel_nm)
        rows.append(row)
    return {k: float(np.mean([r[k] for r in rows])) for k in rows[0]}


def summarize(row: dict) -> dict:
    """The best Wiener parameter in hindsight for the row, and rounded figures."""
    best = max(WIENER, key=lambda w: row[f"wiener_{w}_db"])
    out = {k: v for k, v in row.items() if not k.startswith("wiener_0")}
    out |= {"wiener_usual_db": row[f"wiener_{USUAL}_db"], "wiener_best_db": row[f"wiener_{best}_db"], "wiener_best_parameter": best}
    return {k: round(v, 3) for k, v in out.items()}


def table(model, c, fields, lights=(1.0, 0.1, 0.02)):
    rows = []
    for kinds, seen in ((TRAINED, True), (HELD_OUT, False)):
        for light in lights:
            per = {n: one_class(model, replace(c, photons=c.photons * light), kinds, n, fields, deep=True) for n in sorted(kinds)}
            mean = {k: float(np.mean([r[k] for r in per.values()])) for k in next(iter(per.values()))}
            for name, row in (per | {"mean of classes": mean}).items():
                rows.append(dict(structures=name, trained_on=seen, light=light, fields=fields, **summarize(row)))
    return rows


def changes(model, c, fields, lights=(1.0, 0.02)):
    rows = []
    for name, change in CHANGES.items():
        if "beams" in change:
            if model.frames != 3:
                continue
            change = dict(beams=5 - c.beams, phases=5)
        for light in lights:
            changed = replace(c, **(dict(photons=c.photons * light) | change))
            row = one_class(model, changed, TRAINED, "filaments", fields)
            rows.append(dict(change=name, structures="filaments", light=light, fields=fields, **summarize(row)))
    return rows


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--out", help="JSON file for the results")
    p.add_argument("--data", help="folder that holds microtubules-low-high-light")
    p.add_argument("--fields", type=int, default=3, help="fields per class")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--quick", action="store_true", help="no changes of condition")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    model, state = inference.load(a.checkpoint)
    if model.frames == 2:
        p.error("a refining network is measured through the program: product_simulated")
    c = base_condition(state["recipe"]["simulation"]["phases"])
    result = dict(seed=conditions.SEED, step=state["step"])
    if model.upscale == 1:
        result["denoised"] = denoising.evaluate(model, c, a.fields)
    else:
        result["simulated"] = table(model, c, a.fields)
    if model.upscale > 1 and not a.quick:
        result["changes"] = changes(model, c, a.fields)
    if a.data and model.frames in (1, 3, 15):
        judge = denoising.microtubules if model.frames == 1 else real.evaluate
        result["microtubules-low-high-light"] = judge(model, os.path.join(a.data, "microtubules-low-high-light"))[0]
    for section, rows in result.items():
        for r in rows if isinstance(rows, list) else []:
            print(section, json.dumps(r), flush=True)
    if a.out:
        with open(a.out, "w", encoding="utf-8") as f:
            json.dump(result, f, indent=1)


if __name__ == "__main__":
    main()
