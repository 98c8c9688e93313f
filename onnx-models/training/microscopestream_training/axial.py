"""Evaluate a 3D network over depth: python3 -m microscopestream_training.axial runs/decode-3d/checkpoint.pt --out axial.json

Emitters on for one whole frame at depths over the calibration's range, uniform in the field; challenge matching (250 nm
lateral, 500 nm axial). RMSE of depth against the Cramer-Rao bound of an isolated emitter, over slices of depth.
"""
import argparse
import json

import numpy as np
import torch

from .evaluation import inference, scoring
from .evaluation.bounds import astigmatic_bound
from .readout import DEFAULTS, read_out
from .simulator import astigmatism, spline
from .simulator.camera import expose
from .simulator.psf import render
from .simulator.sampling import Draw

SIZE, SEED, READ_NOISE = 64, 990_601, 1.5


def pixel_of(depth: dict) -> float:
    """Camera pixel nm: the middle of those that the network was trained for."""
    return sum(depth["pixel_nm"]) / 2


def make(depth: dict, density: float, photons: float, background: float, frames: int, seed: int):
    """frames [frames, 64, 64] in photons and truth [n, 5]: frame, x nm, y nm, photons, z nm."""
    draw, pixel_nm = Draw(seed), pixel_of(depth)
    span = SIZE + 8.0
    n = int(draw.poisson(torch.tensor([density * (span * pixel_nm / 1000) ** 2 * frames]))[0])
    x, y = (draw.uniform(1, n) * span - 4.0 for _ in range(2))
    z = draw.uniform(1, n, low=depth["z_range_nm"][0], high=depth["z_range_nm"][1])
    sx, sy = (astigmatism.width(depth[axis], z) / pixel_nm for axis in ("x", "y"))
    when = draw.integers(n, high=frames)
    images = []
    for t in range(frames):
        k = when == t
        light = torch.full((1, int(k.sum()), 1), photons)
        if "psf" in depth:
            images.append(spline.render(spline.read(depth["psf"]), depth["psf"], x[:, k], y[:, k], z[:, k], light, SIZE)[:, 0])
        else:
            images.append(render(x[:, k], y[:, k], light, sx[:, k], sy[:, k], SIZE)[:, 0])
    stack = expose(draw, torch.stack(images, 1) + background, torch.tensor([READ_NOISE]), torch.tensor([False]))[0]
    truth = torch.stack((when.float(), x[0] * pixel_nm, y[0] * pixel_nm, torch.full((n,), photons), z[0]), 1).numpy()
    truth = truth[np.argsort(truth[:, 0], kind="stable")]
    return stack.numpy(), truth[((truth[:, 1:3] >= 0) & (truth[:, 1:3] < SIZE * pixel_nm)).all(1)]


def evaluate(model, depth: dict, density, photons, background, frames, accept):
    pixel_nm = pixel_of(depth)
    stack, truth = make(depth, density, photons, background, frames, SEED)
    t = read_out(inference.maps_of(model, stack), accept_probability=accept, split_probability=accept)
    found = np.concatenate((t[:, :1], t[:, 1:3] * pixel_nm, t[:, 3:4], t[:, 9:10]), 1)
    i, j, tp, fp, fn = scoring.match(found, truth, SIZE * pixel_nm, border_nm=450.0, axial_tolerance_nm=500.0)
    e, dz = found[i, 1:3] - truth[j, 1:3], found[i, 4] - truth[j, 4]
    low, high = depth["z_range_nm"]
    slices = []
    for a, b in zip(np.linspace(low, high, 6)[:-1], np.linspace(low, high, 6)[1:]):
        k = (truth[j, 4] >= a) & (truth[j, 4] < b)
        bound = astigmatic_bound(depth, (a + b) / 2, photons, background, READ_NOISE, pixel_nm)
        slices.append(dict(from_nm=a, to_nm=b, count=int(k.sum()), rmse_z_nm=_rms(dz[k]), bound_z_nm=round(float(bound[2]), 1),
                           rmse_xy_nm=_rms(np.hypot(*e[k].T)), bound_xy_nm=round(float(np.hypot(*bound[:2])), 1)))
    return dict(density=density, photons=photons, background=background, ji=round(tp / max(tp + fp + fn, 1), 4),
                rmse_xy_nm=_rms(np.hypot(*e.T)), rmse_z_nm=_rms(dz), z_std_axial=_rms(dz / t[i, 10]), slices=slices)


def _rms(v):
    return round(float(np.sqrt(np.mean(np.square(v)))), 2) if len(v) else None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--frames", type=int, default=200)
    p.add_argument("--accept", type=float, default=DEFAULTS["accept_probability"])
    p.add_argument("--out", help="JSON file for the results")
    a = p.parse_args()
    torch.set_num_threads(1)
    state = torch.load(a.checkpoint, map_location="cpu")
    if not state["recipe"]["network"].get("axial"):
        p.error(f"{a.checkpoint} is a 2D network")
    model, depth = inference.load(a.checkpoint), state["recipe"]["simulation"]["depth"]
    rows = [evaluate(model, depth, d, n, 20.0, a.frames, a.accept) for d in (0.1, 0.5, 1.0) for n in (1500.0, 5000.0)]
    for r in rows:
        print(json.dumps(r))
    if a.out:
        with open(a.out, "w", encoding="utf-8") as f:
            json.dump(rows, f, indent=1)


if __name__ == "__main__":
    main()
