"""Renders one emitter (x, y in px, z in nm, photons) with the training package's reader of PSF calibrations; prints its pixels."""
import json, sys

training, calibration, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path.insert(0, training)
import torch
from microscopestream_training.simulator import spline

section = json.load(open(calibration, encoding="utf-8"))["psf"]
x, y, z, photons = (torch.tensor([[float(v)]]) for v in sys.argv[4:8])
image = spline.render(spline.read(section), section, x, y, z, photons[..., None], size)
print(*(repr(float(v)) for v in image.flatten()))
