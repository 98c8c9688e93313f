"""Writes TIFF files with other people's writers (tifffile, and libtiff through Pillow), beside each its pixels as plain bytes.

  write_tiff_samples.py FOLDER

Prints one line per file: name, width, height, type, pages, pixel size in nm (or -), axes "c.z.t" of each page (or -).
"""
import sys
import numpy as np, tifffile
from PIL import Image

folder = sys.argv[1]
rng = np.random.default_rng(20)
TYPES = {"UInt8": np.uint8, "UInt16": np.uint16, "Float32": np.float32}


def pixels(kind, shape):
    smooth = np.cumsum(rng.integers(0, 9, shape), axis=-1)
    if kind == "Float32":
        return (smooth * 0.37 - 11).astype(np.float32)
    return (smooth * (1 if kind == "UInt8" else 150) % np.iinfo(TYPES[kind]).max).astype(TYPES[kind])


def put(name, data, kind, nm="-", axes="-"):
    data.astype(data.dtype.newbyteorder("<")).tofile(f"{folder}/{name}.bin")
    h, w = data.shape[-2:]
    print(name, w, h, kind, data.size // (w * h), nm, axes)


for kind in TYPES:
    for order, letter in (("<", "le"), (">", "be")):
        for big in (False, True):
            for layout, extra in (("strips", dict(rowsperstrip=5)), ("tiles", dict(tile=(16, 32))), ("whole", {})):
                for codec, more in (("none", {}), ("deflate", dict(compression="zlib")), ("deflate2", dict(compression="zlib", predictor=True))):
                    if codec == "deflate2" and kind == "Float32":
                        continue  # tifffile needs imagecodecs for predictor 3
                    data = pixels(kind, (3, 37, 45))
                    name = f"tifffile-{kind}-{letter}-{'big' if big else 'classic'}-{layout}-{codec}.tif"
                    try:
                        tifffile.imwrite(f"{folder}/{name}", data, byteorder=order, bigtiff=big, photometric="minisblack", **extra, **more)
                    except (ValueError, KeyError) as e:
                        if "imagecodecs" not in str(e):
                            raise
                        continue
                    put(name, data, kind)

for kind in TYPES:
    data = pixels(kind, (4, 3, 2, 20, 30))  # t, z, c
    where = ",".join(f"{c}.{z}.{t}" for t in range(4) for z in range(3) for c in range(2))
    for letter, order in (("le", "<"), ("be", ">")):
        name = f"imagej-{kind}-{letter}.tif"
        tifffile.imwrite(f"{folder}/{name}", data, imagej=True, byteorder=order, resolution=(8.0, 8.0), metadata={"axes": "TZCYX", "unit": "um"})
        put(name, data, kind, 125, where)
    name = f"imagej-one-directory-{kind}.tif"
    tifffile.imwrite(f"{folder}/{name}", data, imagej=True, truncate=True, resolution=(10.0, 10.0), metadata={"axes": "TZCYX", "unit": "um"})
    put(name, data, kind, 100, where)

    for axes, order, name in (("TCZYX", "tcz", "xyzct"), ("TZCYX", "tzc", "xyczt"), ("CZTYX", "czt", "xytzc")):
        sizes = dict(t=4, z=3, c=2)
        data = pixels(kind, tuple(sizes[a] for a in order) + (20, 30))
        where = []
        for i in np.ndindex(*data.shape[:3]):
            at = dict(zip(order, i))
            where.append(f"{at['c']}.{at['z']}.{at['t']}")
        name = f"ome-{kind}-{name}.ome.tif"
        tifffile.imwrite(f"{folder}/{name}", data, ome=True, photometric="minisblack",
                         metadata={"axes": axes, "PhysicalSizeX": 0.108, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.108, "PhysicalSizeYUnit": "µm"})
        put(name, data, kind, 108, ",".join(where))

for codec in ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate"):
    for kind, mode in (("UInt8", "L"), ("UInt16", "I;16"), ("Float32", "F")):
        for predictor in (1, 2, 3):
            if predictor == 2 and (kind == "Float32" or codec in ("raw", "packbits")) or predictor == 3 and (kind != "Float32" or codec in ("raw", "packbits")):
                continue
            data = pixels(kind, (83, 71))
            data[20:30] = data[20, 0]  # runs
            name = f"libtiff-{codec}-{kind}-predictor{predictor}.tif"
            image = Image.frombytes(mode, (71, 83), data.tobytes())
            image.save(f"{folder}/{name}", compression=codec, tiffinfo={317: predictor} if predictor > 1 else {})
            put(name, data, kind)
data = rng.integers(0, 256, (300, 301)).astype(np.uint8)  # noise fills LZW's table again and again
Image.fromarray(data).save(f"{folder}/libtiff-lzw-noise.tif", compression="tiff_lzw")
put("libtiff-lzw-noise.tif", data, "UInt8")
data = np.zeros((300, 301), np.uint8)  # the longest strings
Image.fromarray(data).save(f"{folder}/libtiff-lzw-zeros.tif", compression="tiff_lzw")
put("libtiff-lzw-zeros.tif", data, "UInt8")
