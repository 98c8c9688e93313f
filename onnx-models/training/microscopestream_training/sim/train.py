"""Train a network: python3 -m microscopestream_training.sim.train --recipe recipes/sim/sim-refine-small.json"""
import argparse
import json
import os

import torch

from .trainer import Trainer


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--recipe", required=True)
    p.add_argument("--minutes", type=float, help="wall-clock length of the whole run; the recipe's when absent")
    p.add_argument("--folder", help="where checkpoint and log go; runs/<id> when absent")
    p.add_argument("--pool", default=os.path.join("runs", "sim-pool"), help="folder of the sample pool, made when absent")
    p.add_argument("--shards", default=os.path.join("runs", "sim-refinement"), help="folder of what `refinement` wrote, for refining networks")
    p.add_argument("--kinds", nargs="+", help="kinds of acquisition to train on (3x1 3x3 3x5), for refining networks; the recipe's when absent")
    p.add_argument("--threads", type=int, default=0, help="CPU threads; PyTorch's choice when 0")
    p.add_argument("--batch", type=int, help="fields per step; the recipe's when absent")
    p.add_argument("--learning-rate", type=float, help="the recipe's when absent; a third of it to go on from another network")
    p.add_argument("--gpu", action="store_true")
    p.add_argument("--resume", action="store_true", help="continue from the folder's checkpoint")
    p.add_argument("--start-from", help="checkpoint of another network whose layers of equal shape are taken over")
    a = p.parse_args()
    with open(a.recipe, encoding="utf-8") as f:
        recipe = json.load(f)
    if a.batch:
        recipe["training"]["batch"] = a.batch
    if a.learning_rate:
        recipe["training"]["learning_rate"] = a.learning_rate
    if a.threads:
        torch.set_num_threads(a.threads)
    folder = a.folder or os.path.join("runs", recipe["id"])
    Trainer(recipe, folder, a.pool, a.minutes, a.resume, a.start_from, a.gpu,
            a.shards, a.kinds).run()


if __name__ == "__main__":
    main()
