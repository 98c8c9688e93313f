"""The SMLM challenge's scoring (greedy per-frame matching within 250 nm) and what follows from the matches."""
import numpy as np


def match(found, truth, size_nm, border_nm=0.0, tolerance_nm=250.0, min_photons=0.0, axial_tolerance_nm=None):
    """Match tables of columns frame, x nm, y nm, photons (found may have more columns), and z nm with axial_tolerance_nm.

    Returns indices (i of found, j of truth) of counted matches, and tp, fp, fn. True emitters dimmer than min_photons
    in a frame count neither way.
    """
    def inside(t):
        return ((t[:, 1:3] > border_nm) & (t[:, 1:3] < size_nm - border_nm)).all(1)
    fi, ti = np.nonzero(inside(found))[0], np.nonzero(inside(truth))[0]
    pairs_i, pairs_j, tp, fp, fn = [], [], 0, 0, 0
    for frame in np.union1d(found[fi, 0], truth[ti, 0]):
        a, b = fi[found[fi, 0] == frame], ti[truth[ti, 0] == frame]
        bright = truth[b, 3] >= min_photons
        d = np.hypot(found[a, None, 1] - truth[None, b, 1], found[a, None, 2] - truth[None, b, 2])
        free_a, free_b, hits, dim = np.ones(len(a), bool), np.ones(len(b), bool), 0, 0
        allowed = d <= tolerance_nm
        if axial_tolerance_nm is not None:
            allowed &= np.abs(found[a, None, 4] - truth[None, b, 4]) <= axial_tolerance_nm
        near = np.argwhere(allowed)
        for i, j in near[np.argsort(d[tuple(near.T)], kind="stable")]:
            if free_a[i] and free_b[j]:
                free_a[i] = free_b[j] = False
                if bright[j]:
                    hits += 1
                    pairs_i.append(a[i])
                    pairs_j.append(b[j])
                else:
                    dim += 1
        tp, fp, fn = tp + hits, fp + len(a) - hits - dim, fn + int(bright.sum()) - hits
    return np.array(pairs_i, int), np.array(pairs_j, int), tp, fp, fn


def summarize(found, truth, size_nm, sigma_nm=None, **options):
    """JI, precision, recall, lateral RMSE, efficiency; with sigma_nm [n, 2], z-scores (all, and centrally estimated)."""
    i, j, tp, fp, fn = match(found, truth, size_nm, **options)
    dx, dy = found[i, 1] - truth[j, 1], found[i, 2] - truth[j, 2]
    rmse = float(np.sqrt(np.mean(dx ** 2 + dy ** 2))) if len(i) else float("nan")
    ji = tp / max(tp + fp + fn, 1)
    out = dict(ji=ji, precision=tp / max(tp + fp, 1), recall=tp / max(tp + fn, 1), rmse_nm=rmse,
               efficiency=100 - float(np.hypot(100 - 100 * ji, rmse)), found=len(found), true=len(truth))
    if len(i):
        out["bias_nm"] = [float(dx.mean()), float(dy.mean())]
        known = np.isfinite(truth[j, 3])  # some truths list positions only
        if known.any():
            out["photon_ratio"] = float(np.median((found[i, 3] / truth[j, 3])[known]))
    if sigma_nm is not None and len(i):
        z = np.concatenate((dx / sigma_nm[i, 0], dy / sigma_nm[i, 1]))
        out["z_std"] = float(z.std())
        # Robust counterpart: half the central 68.27 % interval, untouched by the few mismatches.
        out["z_std_central"] = float(np.diff(np.quantile(z, [0.15866, 0.84134]))[0] / 2)
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in out.items()}


def render(x_nm, y_nm, bins, size_nm, sigma_px):
    """Unweighted histogram on bins x bins (rows y), blurred."""
    from scipy.ndimage import gaussian_filter
    return gaussian_filter(np.histogram2d(y_nm, x_nm, bins=bins, range=[[0, size_nm]] * 2)[0], sigma_px)


def rendered_pearson(found, truth, size_nm, pixel_nm=12.5, sigma_nm=25.0):
    bins = round(size_nm / pixel_nm)
    images = [render(t[:, 1], t[:, 2], bins, size_nm, sigma_nm / pixel_nm).ravel() for t in (found, truth)]
    return round(float(np.corrcoef(*images)[0, 1]), 4)
