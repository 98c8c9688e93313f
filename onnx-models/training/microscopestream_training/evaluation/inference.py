"""Running a trained network over a stack of frames."""
import numpy as np
import torch

from ..network import Localizer, final_maps
from ..readout import read_out


def load(path: str) -> Localizer:
    """The averaged network of a checkpoint."""
    state = torch.load(path, map_location="cpu")
    model = Localizer(**state["recipe"]["network"])
    model.load_state_dict(state["average"])
    model.sigma_calibration = tuple(state.get("sigma_calibration", model.sigma_calibration))
    return model.eval()


@torch.no_grad()
def maps_of(model, frames, chunk=32):
    """frames [n, y, x] photons -> maps [n, 8, y, x]; the stack's ends have no neighbour, as in a live stream."""
    out = []
    for lo in range(0, len(frames), chunk):
        a, b = max(lo - 1, 0), min(lo + chunk + 1, len(frames))
        f = torch.from_numpy(np.ascontiguousarray(frames[a:b], dtype=np.float32))[None]
        m = final_maps(model(f), model.sigma_calibration)
        out.append(m[lo - a:lo - a + min(chunk, len(frames) - lo)].numpy())
    return np.concatenate(out)


def localize(model, frames, pixel_nm, **thresholds):
    """Table of columns frame, x nm, y nm, photons and the predicted sigma [n, 2] in nm."""
    return to_nm(read_out(maps_of(model, frames), **thresholds), pixel_nm)


def to_nm(t, pixel_nm):
    """read_out's table in px -> (frame, x nm, y nm, photons) and sigma nm."""
    return np.stack((t[:, 0], t[:, 1] * pixel_nm, t[:, 2] * pixel_nm, t[:, 3]), 1), t[:, 4:6] * pixel_nm
