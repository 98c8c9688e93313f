"""Where emitters lie: uniformly, on filaments, or in clusters. Positions are (x, y) in pixels from the crop's corner."""
import torch

from .sampling import Draw

MAX_FILAMENTS = 10
MAX_CLUSTERS = 12
STRAY = 0.05  # part of a structure's emitters that sits off it (unspecific labelling)


def uniform(draw: Draw, sequences: int, events: int, size: int, margin: float):
    """[sequences, events] x and y, uniform over the crop and a margin around it."""
    span = size + 2 * margin
    return tuple(draw.uniform(sequences, events) * span - margin for _ in range(2))


def filaments(draw: Draw, sequences: int, events: int, size: int, count):
    """Points on `count` [sequences] cubic Bezier curves that cross the crop, some in parallel bundles."""
    k = MAX_FILAMENTS
    centre = draw.uniform(sequences, k, 2) * size
    # A third of the sequences bundles its filaments: same course, shifted by up to a few pixels.
    bundled = draw.chance(sequences, 1, 1, p=0.35).float()
    centre = bundled * (centre[:, :1] + draw.normal(sequences, k, 2) * 2.0) + (1 - bundled) * centre
    angle = draw.uniform(sequences, k) * 6.2831853
    angle = bundled[..., 0] * (angle[:, :1] + 0.08 * draw.normal(sequences, k)) + (1 - bundled[..., 0]) * angle
    half = (0.35 + 0.55 * draw.uniform(sequences, k)) * size
    along = torch.stack((torch.cos(angle), torch.sin(angle)), -1)
    across = torch.stack((-along[..., 1], along[..., 0]), -1)
    bend = draw.normal(sequences, k, 4, 1) * (0.12 * size)
    steps = torch.tensor([-1.0, -0.35, 0.35, 1.0], device=draw.device).view(1, 1, 4, 1)
    control = centre[:, :, None] + steps * half[..., None, None] * along[:, :, None] + bend * across[:, :, None]

    which = (draw.uniform(sequences, events) * count[:, None]).long().clamp(max=k - 1)
    p = torch.gather(control, 1, which[..., None, None].expand(-1, -1, 4, 2))
    u = draw.uniform(sequences, events)
    v = 1 - u
    basis = torch.stack((v ** 3, 3 * v * v * u, 3 * v * u * u, u ** 3), -1)
    thickness = draw.uniform(sequences, 1, 1) * 0.35
    xy = (basis[..., None] * p).sum(2) + thickness * draw.normal(sequences, events, 2)
    return _with_strays(draw, xy, size)


def clusters(draw: Draw, sequences: int, events: int, size: int):
    """Gaussian clusters of 0.5 to 4 px standard deviation."""
    centre = draw.uniform(sequences, MAX_CLUSTERS, 2) * size
    width = draw.log_uniform(sequences, MAX_CLUSTERS, low=0.5, high=4.0)
    which = (draw.uniform(sequences, events) ** 1.5 * MAX_CLUSTERS).long().clamp(max=MAX_CLUSTERS - 1)
    xy = torch.gather(centre, 1, which[..., None].expand(-1, -1, 2))
    xy = xy + torch.gather(width, 1, which)[..., None] * draw.normal(sequences, events, 2)
    return _with_strays(draw, xy, size)


def _with_strays(draw, xy, size):
    stray = draw.chance(*xy.shape[:2], 1, p=STRAY)
    xy = torch.where(stray, draw.uniform(*xy.shape) * size, xy)
    return xy[..., 0], xy[..., 1]
