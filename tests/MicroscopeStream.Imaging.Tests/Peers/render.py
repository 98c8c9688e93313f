"""Renders, blurs and compares with NumPy and SciPy, by the definitions that the field's scoring uses.

  render.py histogram POSITIONS.bin N SIZE_NM SIGMA_PX OUT.bin     float64 x,y pairs in nm -> blurred N x N histogram, float32
  render.py blur IMAGE.bin WIDTH HEIGHT SIGMA_PX OUT.bin           float32 -> float32
  render.py compare A.bin B.bin                                    prints affine-fitted PSNR (dB) and Pearson of two float32 images
"""
import sys
import numpy as np
from scipy.ndimage import gaussian_filter

what, a = sys.argv[1], sys.argv[2:]
if what == "histogram":
    xy = np.fromfile(a[0]).reshape(-1, 2); n, size = int(a[1]), float(a[2])
    h = np.histogram2d(xy[:, 1], xy[:, 0], bins=n, range=[[0, size]] * 2)[0]
    (gaussian_filter(h, float(a[3])) if float(a[3]) > 0 else h).astype(np.float32).tofile(a[4])
elif what == "blur":
    gaussian_filter(np.fromfile(a[0], np.float32).reshape(int(a[2]), int(a[1])).astype(float), float(a[3])).astype(np.float32).tofile(a[4])
else:
    x, y = (np.fromfile(p, np.float32).astype(float) for p in a)
    e = np.polyval(np.polyfit(x, y, 1), x) - y
    print(repr(float(20 * np.log10(np.ptp(y) / np.sqrt(np.mean(e ** 2))))), repr(float(np.corrcoef(x, y)[0, 1])))
