"""Network against the best sliding window in hindsight, on simulated motion at three densities and three speeds.

  python3 -m microscopestream_training.video.evaluate runs/dblink-small/checkpoint.pt --out results.json
"""
import argparse
import json

import numpy as np
import torch

from .baselines import best_sliding, pearson
from .network import VideoNetwork
from .scenes import observe
from .structures import KINDS, filaments

# Localizations per slice and px of structure: 0.2, 1.2 and 8 per um and 100 ms.
RATES = {"sparse": 0.005, "middle": 0.03, "dense": 0.2}
SPEEDS = {"slow": 0.1, "middle": 0.4, "fast": 1.2}  # rms px per slice: 25, 100 and 300 nm/s
SEED = 90210  # apart from every training seed
# One middling instance of everything that training draws.
OBSERVATION = {"burst_frames": [2.0, 2.0], "labelled": [0.5, 0.5], "patchiness": [0.4, 0.4], "precision": [0.4, 0.8],
               "blunders": [0.05, 0.05], "false": [0.05, 0.05], "false_floor": 0.5}


def load(path: str):
    """The averaged network of a checkpoint, and the checkpoint."""
    state = torch.load(path, map_location="cpu")
    model = VideoNetwork(**state["recipe"]["network"])
    model.load_state_dict(state["average"])
    return model.eval(), state


@torch.no_grad()
def run(model, maps):
    """maps [t, y, x]; densities [t, delays, y, x]."""
    hidden, sums = model.start(1, *maps.shape[1:])
    out = []
    for one in torch.from_numpy(maps):
        density, hidden, sums = model(one[None, None], hidden, sums)
        out.append(density[0].numpy())
    return np.stack(out)


def condition(kind, rate: float, speed: float, scenes: int, size: int, slices: int, seed: int):
    rng = np.random.default_rng(seed)
    more = dict(count=6, dynamic=0.5) if kind is filaments else {}
    return [observe(rng, *kind(rng, size, slices, speed, **more), size, rate, OBSERVATION) for _ in range(scenes)]


def score(model, scenes, first: int) -> dict:
    """Mean Pearson of each delay over the slices from `first`."""
    out = {d: [] for d in model.delays}
    for s in scenes:
        densities = run(model, s.maps)
        for t in range(first, len(s.maps)):
            for k, d in enumerate(model.delays):
                if t - d >= first:
                    out[d].append(pearson(densities[t, k], s.truth[t - d]))
    return {d: float(np.mean(v)) for d, v in out.items()}


def evaluate(model, kinds=("filaments",), scenes=2, size=128, slices=50, first=20) -> list:
    rows = []
    for kind in kinds:
        for i, (density, rate) in enumerate(RATES.items()):
            for j, (pace, speed) in enumerate(SPEEDS.items()):
                samples = condition(KINDS[kind], rate, speed, scenes, size, slices, SEED + 100 * i + j)
                network = score(model, samples, first)
                fixed, either = best_sliding(samples, first, (1.0,)), best_sliding(samples, first)
                row = dict(structures=kind, density=density, rate=rate, speed=pace, px_per_slice=speed, network=network[0], window=either[0],
                           window_slices=either[1], window_blur_px=either[2], window_blur_1px=fixed[0],
                           **{f"network_after_{d}": r for d, r in network.items() if d})
                rows.append({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})
                print(json.dumps(rows[-1]), flush=True)
    return rows


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--out")
    p.add_argument("--scenes", type=int, default=2)
    p.add_argument("--size", type=int, default=128)
    p.add_argument("--kinds", nargs="+", default=["filaments"], choices=sorted(KINDS))
    p.add_argument("--threads", type=int, default=0)
    a = p.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    model, _ = load(a.checkpoint)
    rows = evaluate(model, a.kinds, a.scenes, a.size)
    for name in ("window", "window_blur_1px"):
        gains = [r["network"] - r[name] for r in rows]
        print(f"above the best sliding {name}: {np.mean(gains):+.3f} on average, {min(gains):+.3f} at the least")
    if a.out:
        with open(a.out, "w", encoding="utf-8") as f:
            json.dump(dict(simulated=rows), f, indent=1)


if __name__ == "__main__":
    main()
