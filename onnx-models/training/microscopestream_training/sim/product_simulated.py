"""What the program itself makes of simulated fields with known truth: networks beside its own nine-frame `wiener`.

  python3 -m microscopestream_training.sim.product_simulated FOLDER --mstream "dotnet PATH/mstream.dll" wiener@3x3 sim-3frame-small@3x1 ...

Every METHOD@ORDER (3x1: the first phase of each angle, of the same frames as 3x3; 3x5: three beams) is run with `mstream stream` on
fields of all classes, trained on and held out, at every light of --lights. Written as a camera would have them, 0.25 photo-electrons
per ADU; the method is told lens, pixel size and camera, not the pattern. With `+pattern` behind the order it gets the file that
`mstream calibrate sim` makes of the whole group at full light. Decibels are affine-fitted PSNR against the sample as it was drawn.
"""
import argparse
import json
import os
import shlex
import subprocess
from dataclasses import replace

import numpy as np
import tifffile

from .evaluate import base_condition, inner
from .evaluation import conditions, metrics
from .product import write_camera
from .structures import HELD_OUT, TRAINED

BASELINE_ADU, ELECTRONS_PER_ADU = 100.0, 0.25
CLASSES = [(TRAINED, n) for n in sorted(TRAINED)] + [(HELD_OUT, n) for n in sorted(HELD_OUT)]


def condition(order: str) -> conditions.Condition:
    """The base condition in the order's number of beams and phases."""
    if order not in ("3x1", "3x3", "3x5"):
        raise ValueError(f"order {order}: fields are simulated for 3x1, 3x3 and 3x5")
    return base_condition(int(order[-1]))


def write_frames(path: str, frames):
    """Frames [n, y, x] in photons -> uint16 ADU."""
    adu = np.rint(frames / ELECTRONS_PER_ADU + BASELINE_ADU)
    tifffile.imwrite(path, np.clip(adu, 0, 65535).astype(np.uint16), photometric="minisblack")


def camera_file(folder: str, c: conditions.Condition) -> str:
    return write_camera(folder, BASELINE_ADU, ELECTRONS_PER_ADU, c.read_noise)


def optics_options(c: conditions.Condition) -> list:
    return ["--wavelength", str(round(1000 * c.wavelength_um, 3)), "--na", str(c.na), "--pixel-size", str(round(1000 * c.pixel_um, 3))]


def run(command: list):
    """The program, whose own words stand in the error where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}")


def pattern_file(program: list, folder: str, c, kinds, name, index: int) -> str:
    """The pattern as the program finds it in the whole group at the condition's full light."""
    frames, path = os.path.join(folder, "calibration.tif"), os.path.join(folder, "pattern.json")
    write_frames(frames, conditions.acquire(c, kinds, name, index).all_frames())
    run(program + ["calibrate", "sim", frames, "--order", f"{c.angles}x{c.phases}", "--camera", camera_file(folder, c), "--out", path]
        + optics_options(c))
    return path


def one(program: list, folder: str, what: str, light: float, kinds, name: str, index: int, options: list) -> dict:
    """Figures of one field."""
    method, _, order = what.partition("@")
    order, _, extra = order.partition("+")
    c = condition(order)
    dim = replace(c, photons=c.photons * light)
    a = conditions.acquire(dim, kinds, name, index)
    out = os.path.join(folder, f"{what}-{light}-{name}-{index}")
    os.makedirs(out, exist_ok=True)
    frames = os.path.join(folder, "frames.tif")
    write_frames(frames, a.one_phase() if order.endswith("x1") else a.all_frames())
    command = program + ["stream", frames, "--method", method, "--order", order, "--camera", camera_file(folder, c), "--out", out]
    if extra == "pattern":
        options = options + ["--pattern", pattern_file(program, folder, c, kinds, name, index)]
    run(command + optics_options(c) + options)
    with open(os.path.join(out, "report.json"), encoding="utf-8") as f:
        report = json.load(f)
    image, sample = np.squeeze(tifffile.imread(os.path.join(out, "superres.tif"))).astype(float), inner(a.sample)
    image = image[-1] if image.ndim == 3 else image
    sim = report.get("sim") or {}
    return dict(method=what, light=light, structures=name, trained_on=kinds is TRAINED, field=index,
                psnr_db=metrics.psnr(inner(image), sample), pearson=metrics.pearson(inner(image), sample),
                frc_nm=metrics.frc_resolution(inner(image), sample, 500 * c.pixel_um),
                residual=sim.get("median_residual"), unexplained=sim.get("unexplained_share"),
                trust=(report.get("trust") or {}).get("summary"), reasons=(report.get("trust") or {}).get("reasons"))


def mean(rows: list, key: str) -> float:
    values = [r[key] for r in rows if r[key] is not None]
    return float(np.mean(values)) if values else float("nan")


def groups(rows: list, what: str, light: float):
    """(name, rows) of every class, the classes trained on together, and the held-out ones together."""
    own = [r for r in rows if r["method"] == what and r["light"] == light]
    for _, name in CLASSES:
        yield name, [r for r in own if r["structures"] == name]
    yield "trained", [r for r in own if r["trained_on"]]
    yield "held out", [r for r in own if not r["trained_on"]]


def tables(rows: list, methods: list, lights: list, reference: str) -> str:
    """Decibels by class; below, FRC, residual and trust; and how far above the reference's means every method is."""
    names = [n for _, n in CLASSES] + ["trained", "held out"]
    lines = ["PSNR, dB", "| method | light | " + " | ".join(names) + " |", "|" + "---|" * (2 + len(names))]
    for what in methods:
        for light in lights:
            lines.append(f"| {what} | {light} | " + " | ".join(f"{mean(r, 'psnr_db'):.2f}" for _, r in groups(rows, what, light)) + " |")
    lines += ["", "FRC with the sample, nm / median residual over the noise / verdicts good, caution, untrusted",
              "| method | light | " + " | ".join(names) + " |", "|" + "---|" * (2 + len(names))]
    for what in methods:
        for light in lights:
            cells = [f"{mean(r, 'frc_nm'):.0f} / {mean(r, 'residual'):.2f} / "
                     + " ".join(str(sum(o["trust"] == t for o in r)) for t in ("good", "caution", "untrusted"))
                     for _, r in groups(rows, what, light)]
            lines.append(f"| {what} | {light} | " + " | ".join(cells) + " |")
    if reference in methods:
        lines += ["", f"dB above {reference}: at equal light; and above it at light {max(lights)}",
                  "| method | light | trained, equal | held out, equal | trained, full | held out, full |", "|" + "---|" * 6]
        level = {(light, n): mean(r, "psnr_db") for light in lights for n, r in groups(rows, reference, light)}
        for what in methods:
            for light in lights if what != reference else []:
                own = {n: mean(r, "psnr_db") for n, r in groups(rows, what, light)}
                above = [own[n] - level[at, n] for at in (light, max(lights)) for n in ("trained", "held out")]
                lines.append(f"| {what} | {light} | " + " | ".join(f"{v:+.2f}" for v in above) + " |")
    return "\n".join(lines)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", help="where frames and results are written")
    p.add_argument("methods", nargs="+", metavar="METHOD@ORDER")
    p.add_argument("--mstream", default="mstream", help="how the program is called")
    p.add_argument("--models", help="folder of models for it")
    p.add_argument("--fields", type=int, default=1, help="fields per class")
    p.add_argument("--lights", type=float, nargs="+", default=[1.0, 0.02], help="of 1000 photons")
    p.add_argument("--reference", default="wiener@3x3", help="what the others are held against")
    p.add_argument("--out", help="JSON file for every field's figures; those that it holds already are not measured again")
    a = p.parse_intermixed_args()
    os.makedirs(a.folder, exist_ok=True)
    options, rows = ["--models", a.models] if a.models else [], []
    if a.out and os.path.exists(a.out):
        with open(a.out, encoding="utf-8") as f:
            rows = json.load(f)
    known = {(r["method"], r["light"], r["structures"], r["field"]) for r in rows}
    for what in a.methods:
        for light in a.lights:
            for kinds, name in CLASSES:
                for i in range(a.fields):
                    if (what, light, name, i) in known:
                        continue
                    rows.append(one(shlex.split(a.mstream), a.folder, what, light, kinds, name, i, options))
                    print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
            if a.out:
                with open(a.out, "w", encoding="utf-8") as f:
                    json.dump(rows, f, indent=1)
    print(tables(rows, a.methods, a.lights, a.reference))


if __name__ == "__main__":
    main()
