"""Reads a TIFF file with tifffile and prints what it found as JSON: axes, shape, type, resolution, unit, pages, and a checksum.

  read_tiff.py FILE
"""
import json, sys, zlib
import numpy as np, tifffile

with tifffile.TiffFile(sys.argv[1]) as t:
    series = t.series[0]
    data = series.asarray()
    page = t.pages[0]
    print(json.dumps(dict(
        axes=series.axes, shape=list(series.shape), type=data.dtype.name, pages=len(t.pages), imagej=t.is_imagej, big=t.is_bigtiff,
        resolution=page.tags["XResolution"].value[0] / page.tags["XResolution"].value[1],
        unit=(t.imagej_metadata or {}).get("unit"), crc=zlib.crc32(np.ascontiguousarray(data).tobytes()), compression=int(page.compression))))
