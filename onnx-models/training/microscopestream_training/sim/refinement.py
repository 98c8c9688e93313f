"""Scenes for the refining networks: what the service makes of frames, beside the sample. Drawn once and kept on disk in shards.

  python3 -m microscopestream_training.sim.refinement --recipe recipes/sim/sim-refine-small.json --kind 3x3 --shards 40
"""
import argparse
import glob
import json
import os

import numpy as np
import torch

from ..simulator.sampling import Draw
from . import pool
from .patterns import Patterns
from .reconstruction import iterations_for, regularization, richardson_lucy, upsampled
from .scenes import MARGIN, acquire, inside

SCENES = 64      # in a shard
TOGETHER = 4     # simulated at a time


def simulation_of(recipe: dict, kind: str) -> dict:
    """The recipe's "simulation" with what it says of a kind of acquisition ("3x1", "3x3", "3x5")."""
    s = recipe["simulation"]
    own = s["kinds"][kind]
    angles, phases = (int(n) for n in kind.split("x"))
    return s | dict(angles=angles, phases=phases, photons=own["photons"], size=own.get("size", s["size"]),
                    patterns=s["patterns"] | own["patterns"])


def estimated(p: Patterns, simulation: dict, draw) -> Patterns:
    """The patterns with the errors of an estimate, phases at the centre of the margin's first pixel; now and then one that failed."""
    e, (b, n), phases = simulation["estimate"], p.phase.shape, simulation["phases"]
    angles = n // phases

    def each(t):
        return t.repeat_interleave(phases, 1)
    strength = draw.uniform(b, 1)
    off = each(e["carrier_error"] * strength[..., None] * draw.normal(b, angles, 2))
    failed = each(draw.chance(b, angles, p=e["failed"]))
    carrier = torch.where(failed[..., None], each(0.2 * draw.normal(b, angles, 2)), p.carrier + off)
    # The phase is right in the middle of the field, where an error of the carrier is none.
    middle = (simulation["size"] - 1) / 2
    phase = p.phase + each(e["phase_error"] * strength * draw.normal(b, angles)) + 0.3 * e["phase_error"] * strength * draw.normal(b, n)
    phase = phase - 2 * np.pi * (middle * off.sum(-1) + MARGIN * carrier.sum(-1))
    depth = p.modulation * each(torch.exp(e["modulation_error"] * draw.uniform(b, 1) * draw.normal(b, angles)))[..., None]
    # Most users state no damping: the lens is then taken for ideal.
    known = draw.chance(b, p=e["damping_known"])
    damping = torch.where(known, (p.damping * torch.exp(0.1 * draw.normal(b))).clamp(0.1, 1), torch.ones(b))
    cutoff = p.cutoff * torch.exp(e["cutoff_error"] * draw.normal(b))
    return Patterns(cutoff, damping, carrier, phase, depth.clamp(0.05, 1.2), torch.ones(b, n), torch.zeros(b, n, 2))


def scenes(simulation: dict, samples, b: int, draw, rng):
    """planes [b, 2, y, x] (Richardson-Lucy, widefield), target [b, 1, y, x], level [b], all photons per raw px on the fine grid."""
    ideal = draw.chance(b, p=simulation["ideal_lens"])
    frames, target, level, variance, p = acquire(simulation, samples, b, draw, rng, ideal)
    w = regularization(frames, variance)
    made = richardson_lucy(frames, estimated(p, simulation, draw), iterations_for(w))
    wide = upsampled(inside(frames, frames).mean(1, keepdim=True))
    return torch.cat((inside(made, frames), wide), 1), inside(target, frames), level


def write(recipe: dict, kind: str, samples, folder: str, first: int, shards: int):
    """Shards first, first + 1, … of a kind; those that are there stay. A shard is fixed by recipe, kind and number."""
    os.makedirs(folder, exist_ok=True)
    simulation = simulation_of(recipe, kind)
    for number in range(first, first + shards):
        path = os.path.join(folder, f"{kind}-{number:04d}.npz")
        if os.path.exists(path):
            continue
        seed = recipe["seed"] + 7919 * number + sum(map(ord, kind))
        draw, rng, rows = Draw(seed), np.random.default_rng(seed), []
        for _ in range(SCENES // TOGETHER):
            planes, target, level = scenes(simulation, samples, TOGETHER, draw, rng)
            # Relative to the light: half precision holds it.
            rows.append([(t / level[:, None, None, None]).clamp(-6e4, 6e4).numpy().astype(np.float16) for t in (planes, target)] + [level.numpy()])
        part = path + ".part.npz"
        np.savez(part, **{k: np.concatenate([r[i] for r in rows]) for i, k in enumerate(("planes", "target", "level"))})
        os.replace(part, path)
        print(path, flush=True)


class Shards:
    """The shards of a folder in memory; new ones are taken up as they come."""

    def __init__(self, folder: str, kinds):
        self.folder, self.kinds, self.held = folder, list(kinds), {}

    def look(self) -> int:
        """Reads what is new; returns the number of scenes."""
        for path in sorted(glob.glob(os.path.join(self.folder, "*-????.npz"))):
            kind = os.path.basename(path).rsplit("-", 1)[0]
            if kind in self.kinds and path not in self.held:
                with np.load(path) as f:
                    self.held[path] = (kind, f["planes"], f["target"], f["level"])
        return SCENES * len(self.held)

    def batch(self, b: int, rng):
        """b scenes of one kind, turned and mirrored: planes, target, level."""
        kinds = sorted({k for k, *_ in self.held.values()})
        kind = kinds[rng.integers(len(kinds))]
        shards = [s for s in self.held.values() if s[0] == kind]
        planes, target, level = [], [], []
        for _ in range(b):
            _, x, y, light = shards[rng.integers(len(shards))]
            i, turns, mirrored = rng.integers(len(light)), rng.integers(4), rng.random() < 0.5
            for image, into in ((x[i], planes), (y[i], target)):
                image = np.rot90(image.astype(np.float32) * light[i], turns, (1, 2))
                into.append((image[:, :, ::-1] if mirrored else image).copy())
            level.append(light[i])
        return torch.from_numpy(np.stack(planes)), torch.from_numpy(np.stack(target)), torch.tensor(np.array(level))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--recipe", required=True)
    p.add_argument("--kind", required=True, help="3x1, 3x3 or 3x5")
    p.add_argument("--first", type=int, default=0)
    p.add_argument("--shards", type=int, default=40, help=f"of {SCENES} scenes each")
    p.add_argument("--pool", default=os.path.join("runs", "sim-pool"))
    p.add_argument("--folder", default=os.path.join("runs", "sim-refinement"))
    p.add_argument("--threads", type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    with open(a.recipe, encoding="utf-8") as f:
        recipe = json.load(f)
    write(recipe, a.kind, pool.make(a.pool, **recipe["pool"]), a.folder, a.first, a.shards)


if __name__ == "__main__":
    main()
