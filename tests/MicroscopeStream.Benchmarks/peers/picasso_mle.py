#!/usr/bin/python3
"""Picasso's maximum-likelihood fit on spots from a file of float32 (n x 7 x 7): prints fits per second, compilation left out.

Usage: picasso_mle.py SPOTS.f32 sigma|sigmaxy THREADS      needs the Python package picassosr (picasso.gaussmle)
"""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from picasso import gaussmle

path, method, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
spots = np.fromfile(path, np.float32).reshape(-1, 7, 7)
fit = {"sigma": gaussmle._mlefit_sigma, "sigmaxy": gaussmle._mlefit_sigmaxy}[method]


def run(first, last, thetas, bounds, likelihoods, iterations):
    for i in range(first, last):
        fit(spots, i, thetas, bounds, likelihoods, iterations, 0.001, 100)


def measure(n):
    out = (np.zeros((n, 6), np.float32), np.full((n, 6), np.inf, np.float32), np.zeros(n, np.float32), np.zeros(n, np.int32))
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for f in [pool.submit(run, n * t // threads, n * (t + 1) // threads, *out) for t in range(threads)]:
            f.result()
    return n / (time.perf_counter() - start)


measure(100)
n = min(len(spots), 20000)
print(json.dumps({"fits_per_s": measure(n), "fits": n}))
