"""Adding up emitters' patches of pixels to frames."""
import torch


def paint(patches, left, top, lit, photons, size: int):
    """Expected photons per pixel [sequences, frames, size (y), size (x)].

    patches [m, k, k]: what the pixels of a square receive of one photon of each emitter in `lit`, a pair of index
    tensors (sequence, event) [m] without repetition; left, top [m]: the square's first column and row, which may lie
    outside the frame. photons [sequences, events, frames]: zero for every emitter that is not in `lit`.
    """
    b, _, t = photons.shape
    number = torch.full(photons.shape[:2], -1, dtype=torch.long, device=photons.device)
    number[lit] = torch.arange(lit[0].numel(), device=photons.device)
    si, ei, ti = torch.nonzero(photons > 0, as_tuple=True)
    k = patches.shape[1]
    # On a canvas wide enough for every patch; what lies outside the frame is cut off at the end.
    pad = k + 1
    edge = size + 2 * pad
    span = torch.arange(k, device=photons.device)
    column = (left.clamp(-pad, size) + pad)[:, None] + span
    row = (top.clamp(-pad, size) + pad)[:, None] + span
    n = number[si, ei]
    index = ((si * t + ti)[:, None, None] * edge + row[n][:, :, None]) * edge + column[n][:, None, :]
    canvas = torch.zeros(b * t * edge * edge, dtype=photons.dtype, device=photons.device)
    canvas.index_add_(0, index.flatten(), (patches[n] * photons[si, ei, ti][:, None, None]).flatten())
    return canvas.view(b, t, edge, edge)[:, :, pad:-pad, pad:-pad]
