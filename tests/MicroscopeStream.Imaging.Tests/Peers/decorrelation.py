"""Decorrelation resolution (Descloux 2019) in NumPy: decorrelation.py IMAGE.f32 WIDTH HEIGHT PIXEL_NM -> nm."""
import sys

import numpy as np

path, width, height, pixel = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
im = np.fromfile(path, np.float32).reshape(height, width).astype(float)
n = min(im.shape) // 2 * 2
im = im[:n, :n] - im[:n, :n].mean()
edge = np.ones(n)
edge[:20] = np.hanning(40)[:20]
edge[-20:] = edge[:20][::-1]
spectrum = np.fft.fftshift(np.fft.fft2(im * edge[:, None] * edge))
f = np.fft.fftshift(np.fft.fftfreq(n)) * 2
r = np.hypot(f[:, None], f)
radii = np.linspace(0, 1, 50)[1:]
rings = np.clip(np.digitize(r.ravel(), radii), 0, 49)
best = 0.0
for g in [None] + list(np.geomspace(0.15, n / 4, 10)):
    a = np.abs(spectrum) if g is None else np.abs(spectrum) * (1 - np.exp(-2 * g * g * (r / 2) ** 2))
    total = lambda v: np.cumsum(np.bincount(rings, v.ravel(), 50))[:49]
    d = total(a) / np.sqrt((a ** 2)[r <= 1].sum() * np.maximum(total((a > 0).astype(float)), 1e-9))
    for k in range(1, 48):
        if d[k] > d[k - 1] and d[k] >= d[k + 1] and d[k] - d[k:].min() > 5e-4 and d[k] > 0.01:
            best = max(best, radii[k])
print(2 * pixel / best if best else float("inf"))
