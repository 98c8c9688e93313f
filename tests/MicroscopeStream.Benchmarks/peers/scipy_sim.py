#!/usr/bin/python3
"""Rolling structured-illumination update in NumPy/SciPy: a new raw N x N frame becomes part of the 2N x 2N image.

Usage: scipy_sim.py N UPDATES THREADS       prints the ms per update (median and least) as JSON

What a reader of the literature writes (Gong et al. 2021, 10.1098/rsta.2020.0162): filter the change of the frame, bring it to the fine
grid, multiply with its own weight pattern, add, and filter the sum; float32, real-input transforms, everything fixed kept in memory.
"""
import json
import sys
import time

import numpy as np
import scipy.fft as fft

n, updates, threads = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(1)
frames = rng.random((7, n, n), np.float32)
before = rng.random((n, n // 2 + 1), np.float32).astype(np.float32)
after = rng.random((2 * n, n + 1), np.float32)
weights = rng.random((7, 2 * n, 2 * n), np.float32)
total = np.zeros((2 * n, 2 * n), np.float32)
last = np.zeros((7, n, n), np.float32)


def update(i, frame):
    small = fft.rfft2(frame - last[i], workers=threads)
    small *= before
    large = np.zeros((2 * n, n + 1), np.complex64)
    large[: n // 2, : n // 2] = small[: n // 2, : n // 2]
    large[-n // 2 :, : n // 2] = small[-n // 2 :, : n // 2]
    fine = fft.irfft2(large, s=(2 * n, 2 * n), workers=threads)
    fine *= weights[i]
    np.add(total, fine, out=total)
    last[i] = frame
    spectrum = fft.rfft2(total, workers=threads)
    spectrum *= after
    return fft.irfft2(spectrum, s=(2 * n, 2 * n), workers=threads)


times = []
for k in range(updates + 3):
    start = time.perf_counter()
    update(k % 7, frames[k % 7])
    times.append(time.perf_counter() - start)
times = times[3:]
print(json.dumps({"median_ms": float(np.median(times) * 1e3), "least_ms": min(times) * 1e3}))
