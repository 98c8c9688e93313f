"""What the program itself makes of the real microtubules of DL-SIM: a table and a picture.

  python3 -m microscopestream_training.sim.product frames DATA/sim FOLDER          writes low.tif, high.tif and camera.json there
  (then `mstream stream FOLDER/low.tif ... --out FOLDER/low-NAME` and the same for high, for every NAME)
  python3 -m microscopestream_training.sim.product compare DATA/sim FOLDER --picture microtubules.png NAME [NAME ...]
"""
import argparse
import json
import os

import numpy as np
import tifffile

from ..pictures import write_png
from .evaluation import metrics, real
from .pictures import panel

LIGHTS = ("low", "high")
MOVE = (-1, -2)  # by which the authors' image lies beside frames reduced exactly: `real.offset` of a Wiener reconstruction at high light


def write_camera(folder: str, baseline_adu: float, electrons_per_adu: float, read_noise_electrons: float) -> str:
    """The description of an sCMOS camera for `--camera`; returns its path."""
    path = os.path.join(folder, "camera.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(dict(kind="scmos", baseline_adu=baseline_adu, electrons_per_adu=electrons_per_adu, em_gain=1, quantum_efficiency=1,
                       read_noise_electrons=read_noise_electrons), f)
    return path


def frames(data: str, folder: str):
    """The authors' enlargement undone, in ADU, and the camera that the noise shows."""
    os.makedirs(folder, exist_ok=True)
    for light in LIGHTS:
        raw = tifffile.imread(os.path.join(data, "microtubules-low-high-light", light + "-light-raw.tif")).astype(np.float32)
        tifffile.imwrite(os.path.join(folder, light + ".tif"), real.reduce(raw))
    write_camera(folder, real.BASELINE_ADU, real.ELECTRONS_PER_ADU, 0.3)


def compare(data: str, folder: str, names, picture):
    """Rows of (name, light, unaligned dB and Pearson, aligned dB and Pearson); two rows of panels, low light above high light."""
    def authors(light):
        path = os.path.join(data, "microtubules-low-high-light", light + "-light-conventional-sim.tif")
        return np.squeeze(tifffile.imread(path)).astype(float)
    reference, inner = authors("high"), (slice(real.BORDER, -real.BORDER),) * 2
    rows, panels = [], []
    for light in LIGHTS:
        wide = np.kron(tifffile.imread(os.path.join(folder, light + ".tif")).mean(0), np.ones((2, 2)))
        images = {"widefield": wide} | {n: tifffile.imread(os.path.join(folder, f"{light}-{n}", "superres.tif")).astype(float) for n in names}
        row = []
        for name, image in (images | {"authors": authors(light)}).items():
            aligned = image if name == "authors" else np.roll(image, MOVE, (0, 1))
            rows.append((name, light, metrics.psnr(image, reference), metrics.pearson(image, reference),
                         metrics.psnr(aligned[inner], reference[inner]), metrics.pearson(aligned[inner], reference[inner])))
            row.append(panel(aligned[inner], reference[inner]))
        panels.append(row)
    for name, light, *figures in rows:
        print(f"| {name} | {light} | " + " | ".join(f"{v:.2f}" if v > 1 else f"{v:.3f}" for v in figures) + " |")
    if picture:
        gap = np.full((panels[0][0].shape[0], 4), 255, np.uint8)
        lines = [np.concatenate([p for one in row for p in (one, gap)][:-1], 1) for row in panels]
        bar = np.full((4, lines[0].shape[1]), 255, np.uint8)
        write_png(picture, np.concatenate((lines[0], bar, lines[1]), 0))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["frames", "compare"])
    p.add_argument("data")
    p.add_argument("folder")
    p.add_argument("names", nargs="*")
    p.add_argument("--picture")
    a = p.parse_intermixed_args()
    frames(a.data, a.folder) if a.what == "frames" else compare(a.data, a.folder, a.names, a.picture)


if __name__ == "__main__":
    main()
