"""Side-by-side picture of a benchmark stack: python3 -m microscopestream_training.pictures FRAMES.tif FOUND.csv TRUTH.csv OUT.png

Left to right: mean frame, localizations found, true positions, the latter two rendered alike (12.5 nm px, sigma 25 nm).
"""
import struct
import sys
import zlib

import numpy as np

from .evaluate import read_truth
from .evaluation.scoring import render


def write_png(path, grey):
    """8-bit greyscale PNG of a uint8 array."""
    h, w = grey.shape

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + r.tobytes() for r in grey)
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 0, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def panel(image, gamma=0.6):
    low, high = np.quantile(image, [0.01, 0.997])
    return (255 * np.clip((image - low) / (high - low), 0, 1) ** gamma).astype(np.uint8)


def main():
    import tifffile
    frames, found, truth, out = sys.argv[1:5]
    mean = tifffile.imread(frames).astype(np.float32).mean(0)
    bins, size = 8 * mean.shape[0], 100.0 * mean.shape[0]
    panels = [np.kron(panel(mean), np.ones((8, 8), np.uint8))]
    for path in (found, truth):
        t = read_truth(path)
        panels.append(panel(render(t[:, 1], t[:, 2], bins, size, 2.0)))
    gap = np.full((bins, 8), 255, np.uint8)
    write_png(out, np.concatenate((panels[0], gap, panels[1], gap, panels[2]), 1))


if __name__ == "__main__":
    main()
