"""Train a network: python3 -m microscopestream_training.video.train --recipe recipes/video/dblink-small.json"""
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
    p.add_argument("--threads", type=int, default=0, help="CPU threads; PyTorch's choice when 0")
    p.add_argument("--batch", type=int, help="scenes per step; the recipe's when absent")
    p.add_argument("--gpu", action="store_true", help="train on CUDA where there is a device, with the recipe's gpu_batch")
    p.add_argument("--start-from", help="package to begin with, relative to onnx-models/training; the recipe's when absent")
    p.add_argument("--resume", action="store_true", help="continue from the folder's checkpoint")
    a = p.parse_args()
    with open(a.recipe, encoding="utf-8") as f:
        recipe = json.load(f)
    gpu = a.gpu and torch.cuda.is_available()
    if a.gpu and not gpu:
        print("no CUDA device here: training on the CPU", flush=True)
    if gpu:
        recipe["training"]["batch"] = recipe["training"].get("gpu_batch", recipe["training"]["batch"])
    if a.batch:
        recipe["training"]["batch"] = a.batch
    if a.start_from:
        recipe["start_from"] = a.start_from
    if a.threads:
        torch.set_num_threads(a.threads)
    Trainer(recipe, a.folder or os.path.join("runs", recipe["id"]), a.minutes, gpu, a.resume).run()


if __name__ == "__main__":
    main()
