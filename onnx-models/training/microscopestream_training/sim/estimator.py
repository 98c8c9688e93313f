"""Finds the patterns in the frames themselves, with operations that an ONNX graph has.

A frame's difference from the mean of all frames, times that mean, holds the pattern multiplied by the square of the sample,
which is positive: a sharp peak in Fourier space at the carrier, with the pattern's phase. Cross-correlation of bands in
Fourier space (Gustafsson et al. 2008, 10.1529/biophysj.107.120345) is the same product, there.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

LOWEST, HIGHEST = 0.08, 0.47  # cycles per raw px between which order 1 is sought
BLUR = 2.5                    # raw px: slower structure than this is taken away first, as it drowns patterns near the cutoff
FIRST_EDGE = 256              # raw px: the first look is at the middle, at most this wide
OWN = 2.0                     # weight of a frame's own phase against each frame's, its own included, stepped to it
STEPS, REACH = 24, 1.5        # the second: so many steps to either side, over so many frequency steps of the first


def _transform(images, fy, fx, y, x):
    """Fourier transform of images [b, n, H, W] at frequencies fy [b, n, K] x fx [b, n, L]: real and imaginary [b, n, K, L]."""
    ax, ay = 2 * math.pi * x[:, None] * fx.unsqueeze(-2), 2 * math.pi * fy.unsqueeze(-1) * y
    re, im = images @ torch.cos(ax), -(images @ torch.sin(ax))
    c, s = torch.cos(ay), torch.sin(ay)
    return c @ re + s @ im, c @ im - s @ re


def _centred(size, like):
    """Coordinates from the middle: what is wrong with a carrier then does not spoil the phase there."""
    return torch.arange(size, device=like.device) - (size - 1) * 0.5


def _row_and_column(index, columns):
    row = torch.floor((index.float() + 0.5) / columns)
    return row, index.float() - row * columns


class PatternEstimator(nn.Module):
    """frames [b, angles x phases, H, W] -> carrier [b, n, 2] (x, y) cycles per raw px, phase [b, n] at pixel (0, 0)'s centre.

    The carrier of order 1 is the same for all frames of an angle; of the two equal descriptions (k, phase), (-k, -phase) it is
    the one with k_x >= 0. Where an angle has several phases they are expected in equal steps, either way round: frames are
    added up in step to find the carrier, and what a frame says of its own phase is shared with the others (OWN).
    """

    def __init__(self, angles: int, phases: int):
        super().__init__()
        self.angles, self.phases = angles, phases
        radius = int(3 * BLUR)
        step = 2 * math.pi * torch.arange(phases) / phases
        self.register_buffer("steps", torch.stack((torch.cos(step), torch.sin(step))), persistent=False)
        g = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / BLUR) ** 2)
        self.register_buffer("gaussian", (g / g.sum()).reshape(1, 1, 1, -1), persistent=False)

    def forward(self, frames):
        mean = frames.mean(1, keepdim=True)
        own, mean = self._without_slow(frames - mean), self._without_slow(mean)
        product = own * mean
        product = product / (torch.abs(product).mean((1, 2, 3), keepdim=True) + 1e-6)
        first_y, first_x, step_y, step_x = self._first(product)
        return self._second(product, first_y, first_x, step_y, step_x)

    def _without_slow(self, images):
        b, n, h, w = images.shape
        r = self.gaussian.shape[-1] // 2
        flat = F.pad(images.reshape(b * n, 1, h, w), (r, r, r, r), mode="replicate")
        slow = F.conv2d(F.conv2d(flat, self.gaussian), self.gaussian.transpose(2, 3))
        return images - slow.reshape(b, n, h, w)

    def _windowed(self, product):
        b, n, h, w = product.shape
        y, x = _centred(h, product), _centred(w, product)
        return product * torch.cos(math.pi * y / h).unsqueeze(-1) * torch.cos(math.pi * x / w), y, x

    def _first(self, product):
        """The strongest frequency of each angle on a grid of half a step of the middle part, [b, angles, 1] in y and x."""
        # As tensors, so that an exported graph finds the middle of any size.
        top, left = (((s - FIRST_EDGE).clamp(min=0) * 0.5).long() for s in torch._shape_as_tensor(product)[2:])
        middle, y, x = self._windowed(product[:, :, top:top + FIRST_EDGE, left:left + FIRST_EDGE])
        b, n, h, w = middle.shape
        fx = torch.arange(w, device=product.device) * (0.5 / w)
        fy = torch.arange(2 * h, device=product.device) * (0.5 / h) - 0.5
        re, im = _transform(middle, fy.expand(b, n, -1), fx.expand(b, n, -1), y, x)
        radius2 = (fy * fy).unsqueeze(-1) + fx * fx
        allowed = ((radius2 > LOWEST ** 2) & (radius2 < HIGHEST ** 2)).to(product.dtype)
        best = (self._of_angle(re, im) * allowed).flatten(2).argmax(2, keepdim=True)
        row, column = _row_and_column(best, w)
        return row * (0.5 / h) - 0.5, column * (0.5 / w), 0.5 / h, 0.5 / w

    def _second(self, product, first_y, first_x, step_y, step_x):
        """Refined on the whole field, and the phase there."""
        whole, y, x = self._windowed(product)
        off = torch.arange(-STEPS, STEPS + 1, device=product.device) * (REACH / STEPS)
        fy, fx = self._for_frames(first_y + off * step_y), self._for_frames(first_x + off * step_x)
        re, im = _transform(whole, fy, fx, y, x)
        best = self._for_frames(self._of_angle(re, im).flatten(2).argmax(2, keepdim=True))
        row, column = _row_and_column(best, 2 * STEPS + 1)
        ky, kx = fy.gather(2, row.long()), fx.gather(2, column.long())
        re, im = self._shared(re.flatten(2).gather(2, best), im.flatten(2).gather(2, best))
        # Half-angle form of atan2, which ONNX does not have.
        phase = 2 * torch.atan(im / (torch.sqrt(re * re + im * im) + re + 1e-12))
        # From the middle to the centre of pixel (0, 0), the first of the centred coordinates.
        phase = phase + 2 * math.pi * (kx * x[0] + ky * y[0])
        return torch.cat((kx, ky), 2), phase[..., 0]

    def _for_frames(self, of_angle):
        """[b, angles, k] -> [b, angles x phases, k]"""
        b, _, k = of_angle.shape
        return of_angle.unsqueeze(2).expand(-1, -1, self.phases, -1).reshape(b, self.angles * self.phases, k)

    def _in_step(self, re, im):
        """Sums over an angle's frames of parts [b, n, k, l], phases stepped back by +2 pi / phases, and by minus that: complex sums
        [b, angles, k, l] as (re, im, re, im)."""
        b, n, k, l = re.shape
        re, im = (t.reshape(b, self.angles, self.phases, k, l) for t in (re, im))
        c, s = (t.reshape(1, 1, self.phases, 1, 1) for t in self.steps)
        return (re * c + im * s).sum(2), (im * c - re * s).sum(2), (re * c - im * s).sum(2), (im * c + re * s).sum(2)

    def _of_angle(self, re, im):
        """Power of a frequency in all frames of an angle, [b, n, k, l] -> [b, angles, k, l]."""
        if self.phases == 1:
            return re * re + im * im
        a, b, c, d = self._in_step(re, im)
        return torch.maximum(a * a + b * b, c * c + d * d)

    def _shared(self, re, im):
        """Each frame's value [b, n, 1] joined with those of its angle, stepped to it in the direction in which they agree."""
        if self.phases == 1:
            return re, im
        up_re, up_im, down_re, down_im = (t[..., 0] for t in self._in_step(re.unsqueeze(-1), im.unsqueeze(-1)))
        up = (up_re * up_re + up_im * up_im > down_re * down_re + down_im * down_im).to(re.dtype)
        sum_re, sum_im = (self._for_frames(up * a + (1 - up) * b) for a, b in ((up_re, down_re), (up_im, down_im)))
        c = self.steps[0].repeat(self.angles).reshape(1, -1, 1)
        s = self.steps[1].repeat(self.angles).reshape(1, -1, 1) * (2 * self._for_frames(up) - 1)
        return OWN * re + sum_re * c - sum_im * s, OWN * im + sum_im * c + sum_re * s
