"""Scan the read-out's threshold on simulated frames of a seed of their own: python3 -m microscopestream_training.tune CHECKPOINT

Prints JI and RMSE per condition and threshold, and the mean efficiency over the conditions, to choose from.
"""
import argparse

import torch

from .evaluation import conditions, inference, scoring
from .readout import read_out

SEED = 990_201


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("--frames", type=int, default=30)
    p.add_argument("--accept", type=float, nargs="+", default=[0.4, 0.45, 0.5, 0.55, 0.6])
    a = p.parse_args()
    torch.set_num_threads(1)
    model = inference.load(a.checkpoint)
    todo = [conditions.Condition(d, on_frames=on) for d in (0.2, 1.0, 2.0, 5.0) for on in (1.0, 3.0)]
    todo += [conditions.Condition(d, photons=2500, blinking=True) for d in (0.2, 1.0, 2.0)]
    todo += [conditions.Condition(d, on_frames=3.0, filaments=True) for d in (1.0, 2.0, 4.0)]
    results = {}
    for k, c in enumerate(todo):
        stack, truth = conditions.make_stack(c, a.frames * (4 if c.density < 0.5 else 1), SEED + k)
        maps = inference.maps_of(model, stack)
        for accept in a.accept:
            found, _ = inference.to_nm(read_out(maps, accept_probability=accept, split_probability=accept), c.pixel_nm)
            results[k, accept] = scoring.summarize(found, truth, conditions.SIZE * c.pixel_nm, border_nm=450.0,
                                                   min_photons=250.0)
    for accept in a.accept:
        rows = [results[k, accept] for k in range(len(todo))]
        mean = sum(r["efficiency"] for r in rows) / len(rows)
        print(f"accept {accept}: efficiency {mean:.2f};",
              " ".join(f"{r['ji']:.3f}/{r['rmse_nm']:.1f}" for r in rows), flush=True)


if __name__ == "__main__":
    main()
