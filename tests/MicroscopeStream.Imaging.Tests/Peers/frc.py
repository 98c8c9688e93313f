"""Fourier ring correlation by the definition, with NumPy. Arguments: width height first.f32 second.f32; prints one value per ring."""
import sys

import numpy as np

width, height = int(sys.argv[1]), int(sys.argv[2])
images = [np.fromfile(path, np.float32).reshape(height, width).astype(float) for path in sys.argv[3:5]]


def fade(n):
    from_edge = np.minimum(np.arange(n) + 0.5, n - np.arange(n) - 0.5)
    return np.where(from_edge < n / 8, 0.5 * (1 - np.cos(np.pi * from_edge / (n / 8))), 1)


a, b = (np.fft.fft2(image * fade(height)[:, None] * fade(width)[None, :]) for image in images)
edge = min(width, height)
ring = np.floor(np.hypot(np.fft.fftfreq(width)[None, :] * edge, np.fft.fftfreq(height)[:, None] * edge) + 0.5 + 1e-9).astype(int)
for i in range(1, edge // 2 + 1):
    on = ring == i
    print(np.real(a[on] * np.conj(b[on])).sum() / np.sqrt((abs(a[on]) ** 2).sum() * (abs(b[on]) ** 2).sum()))
