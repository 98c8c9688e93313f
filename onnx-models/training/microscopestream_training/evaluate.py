"""Evaluate a checkpoint: python3 -m microscopestream_training.evaluate runs/decode-2d-small/checkpoint.pt --out out.json

Held-out simulated conditions, a benchmark stack of the 2013 challenge and one by ThunderSTORM (with --data), Cramer-Rao
bounds, z-scores. Results go to the JSON file and to the screen.
"""
import argparse
import csv
import json
import os

import numpy as np
import torch

from .evaluation import bounds, calibration, conditions, inference, scoring
from .readout import DEFAULTS

SEED = 990_001  # training seeds are far from it
RULES = dict(border_nm=450.0, min_photons=250.0)


def simulated(model, frames, thresholds):
    """Every density, steady and blinking."""
    rows = []
    todo = [conditions.Condition(d) for d in (0.2, 1, 2, 5)]
    todo += [conditions.Condition(d, on_frames=3.0) for d in (0.2, 1, 2, 5)]
    todo += [conditions.Condition(d, photons=2500, blinking=True) for d in (0.2, 1, 2)]
    todo += [conditions.Condition(d, on_frames=3.0, filaments=True) for d in (1, 2, 4)]
    for c in todo:
        n = frames * (4 if c.density < 0.5 else 1)
        rows.append(one_condition(model, c, n, thresholds))
    return rows


def general(model, frames, thresholds):
    """One emitter per um^2 of 100 nm pixels (0.01 per px) away from the nominal condition, one change at a time."""
    base = dict(density=1.0)
    changes = {
        "sigma 0.9 px": dict(sigma_nm=90.0), "sigma 1.8 px": dict(sigma_nm=180.0),
        "80 nm px, sigma 120 nm": dict(pixel_nm=80.0), "160 nm px, sigma 144 nm": dict(pixel_nm=160.0, sigma_nm=144.0),
        "400 photons, background 2": dict(photons=400.0, background=2.0),
        "5000 photons, background 100": dict(photons=5000.0, background=100.0),
        "EMCCD": dict(emccd=True),
    }
    rows = [dict(change=k, **one_condition(model, conditions.Condition(**(base | c)), frames, thresholds))
            for k, c in changes.items()]
    errors = {"gain read 30 % low": dict(factor=1 / 0.7), "gain read 30 % high": dict(factor=1 / 1.3),
              "baseline 5 photons high": dict(offset=-5.0), "baseline 5 photons low": dict(offset=5.0),
              "all background taken for baseline": dict(offset=-20.0)}
    rows += [dict(change=k, **one_condition(model, conditions.Condition(**base), frames, thresholds, **e))
             for k, e in errors.items()]
    return rows


def one_condition(model, c, frames, thresholds, factor=1.0, offset=0.0):
    stack, truth = conditions.make_stack(c, frames, SEED)
    found, sigma = inference.localize(model, stack * factor + offset, c.pixel_nm, **thresholds)
    row = dict(density=c.density, blinking=c.blinking, on_frames=c.on_frames, filaments=c.filaments, photons=c.photons, background=c.background,
               pixel_nm=c.pixel_nm, sigma_nm=c.sigma_nm, frames=frames)
    row |= scoring.summarize(found, truth, conditions.SIZE * c.pixel_nm, sigma, **RULES)
    return row


def isolated(model, frames, thresholds):
    """Error of emitters with no other within 500 nm, over their joint bound in the same frames; and of all."""
    rows = []
    for density in (0.2, 1, 2):
        c = conditions.Condition(density)
        stack, truth = conditions.make_stack(c, frames, SEED + 1)
        found, _ = inference.localize(model, stack, c.pixel_nm, **thresholds)
        bound, nearest = np.zeros((len(truth), 2)), np.full(len(truth), np.inf)
        for f in np.unique(truth[:, 0]):
            k = np.nonzero(truth[:, 0] == f)[0]
            p = truth[k, 1:3] / c.pixel_nm
            bound[k] = c.pixel_nm * bounds.frame_bound(p[:, 0], p[:, 1], truth[k, 3], c.sigma_nm / c.pixel_nm,
                                                       conditions.SIZE, c.background, c.read_noise)
            d = np.hypot(*(p[:, None] - p[None]).transpose(2, 0, 1)) * c.pixel_nm
            nearest[k] = (d + np.diag(np.full(len(k), np.inf))).min(1)
        i, j, *_ = scoring.match(found, truth, conditions.SIZE * c.pixel_nm, **RULES)
        e2 = ((found[i, 1:3] - truth[j, 1:3]) ** 2).sum(1)
        b2 = (bound[j] ** 2).sum(1)
        for name, m in (("isolated", nearest[j] > 500), ("all", b2 < 250.0 ** 2)):
            rows.append(dict(density=density, emitters=name, count=int(m.sum()), rmse_nm=round(float(np.sqrt(e2[m].mean())), 2),
                             bound_nm=round(float(np.sqrt(b2[m].mean())), 2),
                             ratio=round(float(np.sqrt(e2[m].mean() / b2[m].mean())), 3)))
    return rows


def read_truth(path):
    """Any truth table with frame and nm columns -> [n, 4] with zero-based frames and infinite unknown photons."""
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f, skipinitialspace=True))
    rows = [{k.strip().strip('"'): v for k, v in r.items() if k} for r in rows]
    photons = [float(r.get("intensity [photon]", "inf")) for r in rows]
    t = np.array([[float(r["frame"]), float(r["x [nm]"]), float(r["y [nm]"]), n] for r, n in zip(rows, photons)])
    t[:, 0] -= 1
    return t


def benchmark(model, folder, thresholds, pixel_nm=100.0, gain_factor=1.0, save=None):
    """A stack with ground truth whose camera is not stated: calibrated from its own frames."""
    import tifffile
    frames = tifffile.imread(os.path.join(folder, "frames.tif")).astype(np.float32)
    truth = read_truth(os.path.join(folder, "ground-truth.csv"))
    baseline, gain = calibration.estimate(frames)
    found, sigma = inference.localize(model, (frames - baseline) / (gain * gain_factor), pixel_nm, **thresholds)
    size = frames.shape[1] * pixel_nm
    row = dict(baseline_adu=round(baseline, 1), adu_per_photon=round(gain * gain_factor, 3))
    row |= scoring.summarize(found, truth, size, sigma)
    row["pearson"] = scoring.rendered_pearson(found, truth, size)
    if save:
        with open(save, "w", encoding="utf-8") as f:
            f.write('"frame","x [nm]","y [nm]","intensity [photon]"\n')
            f.writelines(f"{int(t[0]) + 1},{t[1]:.2f},{t[2]:.2f},{t[3]:.1f}\n" for t in found)
    return row


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--out", help="JSON file for the results")
    p.add_argument("--data", help="folder that holds bundled-tubulins-hd and artificial-hd")
    p.add_argument("--frames", type=int, default=200, help="frames per condition")
    p.add_argument("--quick", action="store_true", help="the steady conditions and benchmarks only")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--accept", type=float, default=DEFAULTS["accept_probability"], help="accept_probability of the read-out")
    p.add_argument("--save", help="folder for the benchmarks' localizations")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    model = inference.load(a.checkpoint)
    thresholds = dict(accept_probability=a.accept, split_probability=a.accept)
    result = dict(readout=thresholds, seed=SEED, simulated=simulated(model, a.frames, thresholds))
    if not a.quick:
        result["general"] = general(model, a.frames // 2, thresholds)
        result["bound"] = isolated(model, a.frames, thresholds)
    if a.data:
        for name in ("bundled-tubulins-hd", "artificial-hd"):
            folder = os.path.join(a.data, name)
            save = a.save and os.path.join(a.save, name + ".csv")
            result[name] = [benchmark(model, folder, thresholds, save=save)]
            if not a.quick:
                result[name] += [benchmark(model, folder, thresholds, gain_factor=g) for g in (0.7, 1.3)]
    for section, rows in result.items():
        for r in rows if isinstance(rows, list) else []:
            print(section, json.dumps(r), flush=True)
    if a.out:
        with open(a.out, "w", encoding="utf-8") as f:
            json.dump(result, f, indent=1)


if __name__ == "__main__":
    main()
