#!/usr/bin/python3
"""The localization network of a training recipe in PyTorch on CPU: milliseconds per frame.

Usage: torch_network.py TRAINING_FOLDER RECIPE.json EDGE THREADS       weights do not change the time, so they are random
Prints JSON: one_graph_ms (each result computes its three frames, as one ONNX graph would) and two_graphs_ms (features cached).
"""
import json
import sys
import time

import torch

folder, recipe, edge, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
sys.path.insert(0, folder)
from microscopestream_training.network import Localizer, to_maps  # noqa: E402

torch.set_num_threads(threads)
model = Localizer(**json.load(open(recipe))["network"]).eval()
frame_network = next(m for n, m in model.named_children() if type(m).__name__ == "FrameNetwork")
context_network = next(m for n, m in model.named_children() if type(m).__name__ == "ContextNetwork")
frame = torch.rand(1, 1, edge, edge) * 100


def one_graph():
    a, b, c = frame_network(frame), frame_network(frame), frame_network(frame)
    return to_maps(context_network(a, b, c))


cached = None


def two_graphs():
    return to_maps(context_network(cached, cached, frame_network(frame)))


def measure(run):
    for _ in range(3):
        run()
    times = []
    for _ in range(max(5, min(40, 40 * 64 * 64 // (edge * edge)))):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] * 1e3


with torch.no_grad():
    cached = frame_network(frame)
    print(json.dumps({"one_graph_ms": measure(one_graph), "two_graphs_ms": measure(two_graphs), "torch": torch.__version__}))
