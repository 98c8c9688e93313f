#!/usr/bin/python3
"""Rolling structured-illumination update in NumPy/SciPy: a new raw N x N frame becomes part of the 2N x 2N image.

Usage: scipy_sim.py N UPDATES THREADS [tuned|ordinary]      prints the ms per update (median and least) as JSON

Filter the change of the frame, bring it to the fine grid, multiply with its own weight pattern, add, and filter the sum (Gong et al. 2021,
10.1098/rsta.2020.0162); everything fixed is kept in memory.

tuned (default): float32 and real-input transforms, half of every spectrum left out.
ordinary: as it is usually written, in NumPy's double precision with fft2 and ifft2.
"""
import json
import sys
import time

import numpy as np
import scipy.fft as fft

n, updates, threads = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
ordinary = len(sys.argv) > 4 and sys.argv[4] == "ordinary"
rng = np.random.default_rng(1)
real = np.float64 if ordinary else np.float32
frames = rng.random((7, n, n)).astype(real)
columns, wide = (n, 2 * n) if ordinary else (n // 2 + 1, n + 1)
before, after = rng.random((n, columns)).astype(real), rng.random((2 * n, wide)).astype(real)
weights = rng.random((7, 2 * n, 2 * n)).astype(real)
total = np.zeros((2 * n, 2 * n), real)
last = np.zeros((7, n, n), real)


def tuned(i, frame):
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


def as_usual(i, frame):
    global total
    small = fft.fft2(frame - last[i], workers=threads) * before
    large = np.zeros((2 * n, 2 * n), complex)
    h = n // 2
    large[:h, :h], large[:h, -h:], large[-h:, :h], large[-h:, -h:] = small[:h, :h], small[:h, -h:], small[-h:, :h], small[-h:, -h:]
    total = total + fft.ifft2(large, workers=threads).real * weights[i]
    last[i] = frame
    return fft.ifft2(fft.fft2(total, workers=threads) * after, workers=threads).real


update = as_usual if ordinary else tuned
times = []
for k in range(updates + 3):
    start = time.perf_counter()
    update(k % 7, frames[k % 7])
    times.append(time.perf_counter() - start)
times = times[3:]
print(json.dumps({"median_ms": float(np.median(times) * 1e3), "least_ms": min(times) * 1e3}))
