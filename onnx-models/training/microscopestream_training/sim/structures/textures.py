"""Extended stainings: scale-free textures, folded lamellae, blotches, each perhaps inside a cell's outline."""
import numpy as np

from .drawing import blur, smooth_field


def textures(rng, size: int):
    kind = rng.integers(0, 3)
    image = (_scale_free, _lamellae, _blotches)[kind](rng, size)
    if rng.random() < 0.5:
        image = image * (smooth_field(rng, size, size / 6) > rng.uniform(-1.0, 0.3))
    return blur(image).astype(np.float32)


def _scale_free(rng, size):
    """A Gaussian field with a power-law spectrum, made positive by an exponential."""
    f = np.fft.fftfreq(size)
    k = np.hypot(f[:, None], np.fft.rfftfreq(size)[None])
    k[0, 0] = 1.0
    spectrum = np.fft.rfft2(rng.standard_normal((size, size))) * k ** -rng.uniform(0.8, 1.8) * (k > 1.5 / size)
    field = np.fft.irfft2(spectrum, (size, size))
    return np.exp(rng.uniform(0.5, 1.3) * field / field.std())


def _lamellae(rng, size):
    """Thin sheets where a smooth field crosses equally spaced levels: folded membranes, fingerprint-like."""
    field = smooth_field(rng, size, np.exp(rng.uniform(np.log(15), np.log(80)))) * rng.uniform(1.5, 6)
    phase = np.mod(field, 1.0) - 0.5
    slope = np.hypot(*np.gradient(field)) + 1e-3
    thickness = rng.uniform(0.7, 1.5)  # fine px
    return np.exp(-0.5 * (phase / slope / thickness) ** 2) * np.clip(slope * 30, 0, 1)


def _blotches(rng, size):
    """Filled regions with soft or hard edges and a fine grain inside."""
    field = smooth_field(rng, size, np.exp(rng.uniform(np.log(6), np.log(40))))
    inside = 1 / (1 + np.exp(-rng.uniform(3, 15) * (field - rng.uniform(-0.3, 1.0))))
    return inside * np.clip(1 + rng.uniform(0, 0.6) * smooth_field(rng, size, rng.uniform(2, 4)), 0, None)
