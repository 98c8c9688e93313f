"""When emitters shine. The frames of a sequence form a ring: time wraps, so every frame has both neighbours."""
import torch

from .sampling import Draw


def occupancy(draw: Draw, events: int, frames: int, mean_frames, whole):
    """Fraction of each frame during which each event shines, [sequences, events, frames] in 0..1.

    mean_frames [sequences]: mean on-time in frames. whole [sequences]: True where emitters switch only between frames
    (on-times geometric with that mean), False where they switch at any time (on-times exponential, partial frames).
    No event outlasts frames - 1, or it would meet its own tail on the ring.
    """
    b = mean_frames.shape[0]
    on = draw.exponential(b, events)
    start = draw.uniform(b, events) * frames
    longest = float(frames - 1)
    exponential = (on * mean_frames[:, None]).clamp(0.02, longest)
    # P(n) of a geometric law with mean m has its ceiling form in an exponential of rate -log(1 - 1/m).
    rate = -torch.log1p(-(1 / mean_frames.clamp(min=1.0)).clamp(max=1 - 1e-4))[:, None]
    geometric = torch.ceil(on / rate).clamp(1.0, longest)
    w = whole[:, None]
    duration = torch.where(w, geometric, exponential)
    start = torch.where(w, start.floor(), start)[..., None]
    end = start + duration[..., None]
    t = torch.arange(frames, device=draw.device, dtype=torch.float32)

    def overlap(lo):
        return (torch.minimum(end, lo + 1) - torch.maximum(start, lo)).clamp(0.0, 1.0)

    return overlap(t) + overlap(t + frames)
