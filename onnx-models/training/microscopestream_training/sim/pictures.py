"""Pictures of a model card: python3 -m microscopestream_training.sim.pictures CHECKPOINT FOLDER [--data DATA/sim]

simulated.png: rows of a class trained on and one held out, at full light and a fiftieth; widefield, Wiener with the true
parameters, the network, the truth. With --data microtubules-low-high-light.png: widefield, the authors' reconstruction and
the network at low light, the authors' at high light. Of a denoiser: frame, denoised, the frame without noise or at high light.
"""
import argparse
import os
from dataclasses import replace

import numpy as np

from ..pictures import write_png
from .evaluate import base_condition, frames_for
from .evaluation import conditions, denoising, inference, metrics, real
from .structures import HELD_OUT, TRAINED


def panel(image, reference):
    """8-bit view of an image on the reference's scale, after the best affine fit to it: black is its 1st percentile, white its 99.8th."""
    fitted = np.polyval(np.polyfit(image.ravel(), reference.ravel(), 1), image)
    low, high = np.percentile(reference, (1, 99.8))
    return (np.clip((fitted - low) / (high - low), 0, 1) ** 0.7 * 255).astype(np.uint8)


def rows_to_png(path, rows, gap=4):
    """Rows of panels of one size, white lines between them."""
    def join(parts, axis):
        shape = list(parts[0].shape)
        shape[axis] = gap
        out = [parts[0]]
        for p in parts[1:]:
            out += [np.full(shape, 255, np.uint8), p]
        return np.concatenate(out, axis)
    write_png(path, join([join(r, 1) for r in rows], 0))


def simulated(model, c, path):
    rows, place = [], (slice(60, 260), slice(60, 260))
    for kinds, name in ((TRAINED, "filaments"), (HELD_OUT, "networks")):
        for light in (1.0, 0.02):
            a = conditions.acquire(replace(c, photons=c.photons * light), kinds, name, 0)
            wiener = inference.run_wiener(a, (0.05, 0.1, 0.2, 0.4))
            best = max(wiener.values(), key=lambda w: metrics.psnr(w[place], a.sample[place]))
            wide = np.kron(a.all_frames().mean(0), np.ones((2, 2)))
            images = (wide, best, inference.run(model, frames_for(model, a)), a.sample)
            rows.append([panel(i[place].astype(float), a.sample[place]) for i in images])
    rows_to_png(path, rows)


def microtubules(model, folder, path):
    _, images = real.evaluate(model, folder)
    reference = images["authors, high light"].astype(float)
    order = ("widefield, low light", "authors, low light", "network, low light", "authors, high light")
    rows_to_png(path, [[panel(images[k].astype(float), reference) for k in order]])


def denoised(model, folder, path):
    """One low-light frame of the microtubules, the same denoised, the same at high light."""
    _, clean, low, high = denoising.microtubules(model, folder)
    rows_to_png(path, [[np.kron(panel(i[7].astype(float), high[7].astype(float)), np.ones((2, 2), np.uint8)) for i in (low, clean, high)]])


def denoised_fields(model, c, path):
    """Frame, denoised, expectation at a tenth and a fiftieth of the light."""
    rows = []
    for kinds, name in ((TRAINED, "vesicles"), (HELD_OUT, "networks")):
        for light in (0.1, 0.02):
            a = conditions.acquire(replace(c, photons=c.photons * light), kinds, name, 1)
            frame, place = a.all_frames()[0], (slice(30, 130), slice(30, 130))
            images = (frame, inference.run(model, frame[None]), a.expected[0])
            rows.append([np.kron(panel(i[place].astype(float), a.expected[0][place].astype(float)), np.ones((2, 2), np.uint8)) for i in images])
    rows_to_png(path, rows)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("folder")
    p.add_argument("--data", help="folder that holds microtubules-low-high-light")
    a = p.parse_args()
    os.makedirs(a.folder, exist_ok=True)
    model, state = inference.load(a.checkpoint)
    draw, draw_real = (simulated, microtubules) if model.upscale > 1 else (denoised_fields, denoised)
    draw(model, base_condition(state["recipe"]["simulation"]["phases"]), os.path.join(a.folder, "simulated.png"))
    if a.data:
        draw_real(model, os.path.join(a.data, "microtubules-low-high-light"), os.path.join(a.folder, "microtubules-low-high-light.png"))


if __name__ == "__main__":
    main()
