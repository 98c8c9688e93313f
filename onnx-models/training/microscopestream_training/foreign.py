"""How a network does on frames of another kind than it was trained on: python3 -m microscopestream_training.foreign CHECKPOINT

Vectorial PSFs of stated objectives with faults, thick samples, beads, structured background, whole cameras in ADU with
hot pixels and wrong gains: a simulator of its own (evaluation/vectorial.py), NumPy only. --save writes each stack as
frames.tif, camera.json and ground-truth.csv, so that any other method can be run on the very same frames.
"""
import argparse
import json
import os
from dataclasses import dataclass, field

import numpy as np
import torch

from .evaluation import inference, scoring
from .evaluation.vectorial import Optics, paint, psf
from .readout import DEFAULTS

SIZE, SEED = 64, 990_401
SCMOS = dict(kind="scmos", baseline_adu=100.0, electrons_per_adu=0.46, em_gain=1.0, quantum_efficiency=0.8, read_noise_electrons=1.6)
EMCCD = dict(kind="emccd", baseline_adu=200.0, electrons_per_adu=11.0, em_gain=200.0, quantum_efficiency=0.9, read_noise_electrons=45.0)


@dataclass(frozen=True)
class Case:
    """One kind of frames; gain_error: what is believed to be an ADU over what it is."""

    name: str
    optics: Optics = Optics()
    depth_nm: tuple = (0.0, 0.0)   # emitters lie between
    density: float = 1.0           # per um^2 and frame
    photons: float = 2000.0        # detected, per frame, log-normal
    background: float = 30.0       # detected, per px
    structured: float = 0.0        # part of the background that lies on blurred filaments
    camera: dict = field(default_factory=lambda: SCMOS)
    hot_pixels: float = 0.0
    gain_error: float = 1.0


CASES = (
    Case("NA 1.45 oil, 670 nm, 100 nm px"),
    Case("NA 1.2 water, 580 nm, 80 nm px", Optics(1.2, 1.333, 580, 80)),
    Case("NA 1.4 oil, 680 nm, 160 nm px, EMCCD", Optics(1.4, 1.518, 680, 160), camera=EMCCD),
    Case("NA 0.95 air, 680 nm, 90 nm px (core sigma about 1.7 px)", Optics(0.95, 1.0, 680, 90)),
    Case("the first, emitters over +-250 nm", depth_nm=(-250, 250)),
    Case("the first, 350 nm out of focus: rings", depth_nm=(350, 350)),
    Case("the first, spherical aberration 0.6 rad: rings", Optics(spherical=0.6)),
    Case("the first, coma 0.35, astigmatism 0.35, trefoil 0.2 rad", Optics(coma=0.35, astigmatism=0.35, trefoil=0.2)),
    Case("the first, labels of 170 nm", Optics(label_nm=170)),
    Case("the first, background on blurred filaments", structured=0.8, background=60),
    Case("the first, EMCCD, gain read 20 % low", camera=EMCCD, gain_error=0.8),
    Case("the first, hot pixels, gain read 20 % high", hot_pixels=0.002, gain_error=1.2),
    Case("the first, 12,000 photons, background 300", photons=12000, background=300),
    Case("the first, 300 photons, background 3", photons=300, background=3),
    Case("the first, 3 per um2", density=3.0),
)


def make(case: Case, frames: int, seed: int):
    """ADU frames [frames, 64, 64] uint16 and truth [n, 4]: frame, x nm, y nm, photons."""
    g = np.random.default_rng(seed)
    px, margin, on = case.optics.pixel_nm, 5.0, 2.0
    span = SIZE + 2 * margin
    n = g.poisson(case.density * (span * px / 1000) ** 2 * (frames + 6) / on)
    x, y = g.uniform(-margin, SIZE + margin, n), g.uniform(-margin, SIZE + margin, n)
    start = g.uniform(-6, frames, n)
    end = start + g.exponential(on, n)
    rate = case.photons * np.exp(0.35 * g.standard_normal(n))
    depths = np.linspace(*case.depth_nm, 9 if case.depth_nm[0] < case.depth_nm[1] else 1)
    splines, plane = [psf(case.optics, z) for z in depths], g.integers(0, len(depths), n)
    haze = _background(g, case)
    expected, truth = np.empty((frames, SIZE, SIZE)), []
    for t in range(frames):
        light = haze.copy()
        lit = np.clip(np.minimum(end, t + 1) - np.maximum(start, t), 0, 1)
        for k in np.nonzero(lit > 0)[0]:
            paint(light, splines[plane[k]], x[k], y[k], rate[k] * lit[k])
            if 0 <= x[k] < SIZE and 0 <= y[k] < SIZE:
                truth.append((t, x[k] * px, y[k] * px, rate[k] * lit[k]))
        expected[t] = light
    return _expose(g, expected, case), np.array(truth)


def _background(g, case):
    from scipy.ndimage import gaussian_filter
    flat = np.full((SIZE, SIZE), case.background * (1 - case.structured))
    if case.structured:
        lines = np.zeros((SIZE, SIZE))
        for _ in range(8):
            angle, place = g.uniform(0, np.pi), g.uniform(0, SIZE, 2)
            along = np.linspace(-SIZE, SIZE, 400)
            bend = 10 * np.sin(along / g.uniform(12, 40) + g.uniform(0, 6))
            r = np.round(place[0] + along * np.sin(angle) + bend * np.cos(angle)).astype(int)
            c = np.round(place[1] + along * np.cos(angle) - bend * np.sin(angle)).astype(int)
            inside = (r >= 0) & (r < SIZE) & (c >= 0) & (c < SIZE)
            lines[r[inside], c[inside]] += 1
        lines = gaussian_filter(lines, 3.0)
        flat = flat + case.background * case.structured * lines / lines.mean()
    return flat


def _expose(g, expected, case):
    c = case.camera
    electrons = g.poisson(expected).astype(float)  # photons are counted after quantum efficiency
    if c["kind"] == "emccd":
        electrons = g.poisson(expected + 0.01).astype(float)
        electrons = np.where(electrons > 0, g.gamma(np.maximum(electrons, 1e-9), c["em_gain"]), 0.0)
        noise = c["read_noise_electrons"]
    else:
        noise = c["read_noise_electrons"] * np.exp(0.3 * g.standard_normal(expected.shape[1:]))
        electrons = electrons * (1 + 0.015 * g.standard_normal(expected.shape[1:]))
    adu = c["baseline_adu"] + (electrons + noise * g.standard_normal(expected.shape)) / c["electrons_per_adu"]
    if case.hot_pixels:
        hot = g.random(expected.shape[1:]) < case.hot_pixels
        adu = adu + hot * g.uniform(50, 400, hot.shape) * g.uniform(0.7, 1.3, expected.shape)
    return np.clip(np.rint(adu), 0, 65535).astype(np.uint16)


def to_photons(adu, case):
    """What a user with the case's belief about the gain feeds to the network (quantum efficiency is in the photons)."""
    c = case.camera
    return (adu.astype(np.float32) - c["baseline_adu"]) * np.float32(case.gain_error * c["electrons_per_adu"] / c["em_gain"])


def evaluate(model, case, frames, seed, thresholds):
    adu, truth = make(case, frames, seed)
    found, sigma = inference.localize(model, to_photons(adu, case), case.optics.pixel_nm, **thresholds)
    low = 0.4 * np.median(truth[:, 3]) if case.photons < 600 else 250.0
    row = scoring.summarize(found, truth, SIZE * case.optics.pixel_nm, sigma, border_nm=450.0, min_photons=low)
    return dict(change=case.name, density=case.density, photons=case.photons, background=case.background, **row), adu, truth


def _save(folder, case, adu, truth):
    import tifffile
    os.makedirs(folder, exist_ok=True)
    tifffile.imwrite(os.path.join(folder, "frames.tif"), adu)
    c = case.camera | dict(quantum_efficiency=1.0, electrons_per_adu=case.camera["electrons_per_adu"] * case.gain_error)
    with open(os.path.join(folder, "camera.json"), "w", encoding="utf-8") as f:
        json.dump(c, f, indent=1)
    with open(os.path.join(folder, "ground-truth.csv"), "w", encoding="utf-8") as f:
        f.write('"frame","x [nm]","y [nm]","intensity [photon]"\n')
        f.writelines(f"{int(t[0]) + 1},{t[1]:.2f},{t[2]:.2f},{t[3]:.1f}\n" for t in truth)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--frames", type=int, default=60)
    p.add_argument("--accept", type=float, default=DEFAULTS["accept_probability"])
    p.add_argument("--out", help="JSON file for the results")
    p.add_argument("--save", help="folder for the stacks")
    a = p.parse_args()
    torch.set_num_threads(1)
    model = inference.load(a.checkpoint)
    rows = []
    for k, case in enumerate(CASES):
        row, adu, truth = evaluate(model, case, a.frames, SEED + k, dict(accept_probability=a.accept, split_probability=a.accept))
        rows.append(row)
        print(json.dumps(row), flush=True)
        if a.save:
            _save(os.path.join(a.save, f"{k + 1:02d}"), case, adu, truth)
    if a.out:
        with open(a.out, "w", encoding="utf-8") as f:
            json.dump(rows, f, indent=1)


if __name__ == "__main__":
    main()
