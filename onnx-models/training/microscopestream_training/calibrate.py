"""Calibrate the predicted position uncertainties: python3 -m microscopestream_training.calibrate CHECKPOINT

The mixture loss lets faint components explain outliers, so the reported standard deviations describe the inliers and
are too small where emitters overlap. A power law, sigma' = a * sigma^b (px), fitted by maximum likelihood to the errors
of matched localizations on simulated frames of a seed of its own, mends that; it is stored in the checkpoint and
exported inside the graph.
"""
import argparse

import numpy as np
import torch
from scipy.optimize import minimize

from .evaluation import conditions, inference, scoring
from .readout import DEFAULTS
from .trainer import save

SEED = 990_101


def fit(error, sigma, weight):
    """(log a, b) that maximize the Gaussian likelihood of the errors under sigma' = a * sigma^b."""
    error, sigma, weight = (np.asarray(v, float) for v in (error, sigma, weight))
    log_sigma = np.log(sigma)

    def cost(q):
        s = q[0] + q[1] * log_sigma
        return np.average(s + 0.5 * (error * np.exp(-s)) ** 2, weights=weight)
    return tuple(float(v) for v in minimize(cost, (0.0, 1.0), method="Nelder-Mead").x)


def stacks(frames):
    """Conditions and frame counts that calibration averages over, each with equal weight."""
    for d in (0.2, 1.0, 2.0, 5.0):
        n = frames * 4 if d < 0.5 else frames
        yield conditions.Condition(d), n
        yield conditions.Condition(d, on_frames=3.0), n
        yield conditions.Condition(d, photons=2500, blinking=True), n


def errors(model, frames, thresholds):
    """Errors and predicted sigmas in px of all matches, both axes, and weights that make conditions count alike."""
    columns = []
    for k, (c, n) in enumerate(stacks(frames)):
        stack, truth = conditions.make_stack(c, n, SEED + k)
        found, sigma = inference.localize(model, stack, c.pixel_nm, **thresholds)
        i, j, *_ = scoring.match(found, truth, conditions.SIZE * c.pixel_nm, border_nm=450.0, min_photons=250.0)
        e = (found[i, 1:3] - truth[j, 1:3]).ravel() / c.pixel_nm
        columns.append((e, sigma[i].ravel() / c.pixel_nm, np.full(e.size, 1.0 / e.size)))
    return (np.concatenate(c) for c in zip(*columns))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("out", help="checkpoint with the calibration in it (may be the same)")
    p.add_argument("--frames", type=int, default=40)
    p.add_argument("--accept", type=float, default=DEFAULTS["accept_probability"], help="accept_probability of the read-out")
    a = p.parse_args()
    torch.set_num_threads(1)
    state = torch.load(a.checkpoint, map_location="cpu")
    state.pop("sigma_calibration", None)
    save(a.out, state)
    model = inference.load(a.out)
    thresholds = dict(accept_probability=a.accept, split_probability=a.accept)
    state["sigma_calibration"] = fit(*errors(model, a.frames, thresholds))
    save(a.out, state)
    print("sigma' = %.3f * sigma^%.3f px" % (np.exp(state["sigma_calibration"][0]), state["sigma_calibration"][1]))


if __name__ == "__main__":
    main()
