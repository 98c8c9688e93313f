"""The facts of a package: model.json from a recipe and measured results."""
from .network import CELL, DECAYS, MULTIPLE

COMMAND = "python3 -m microscopestream_training.video.evaluate CHECKPOINT --out results.json"
# From px of a 25 nm map and slices of 100 ms to the units of a microscope.
PIXEL_NM, SLICE_S = 25.0, 0.1


def channel(delay: int) -> dict:
    return {"name": "density" if delay == 0 else f"density_after_{delay}", "unit": "1", "scale": 1.0, "slices_ago": delay}


def model_json(recipe: dict, version: str, commit: str, results, training: dict) -> dict:
    """Everything model.json says but what the exporter adds: the hash and input.size.overlap.

    results: what `evaluate` wrote, or None. training: steps and minutes.
    """
    s, n = recipe["simulation"], recipe["network"]
    grown = f"grown from {recipe['start_from'].rsplit('/', 1)[-1]}; " if "start_from" in recipe else ""
    kinds = ", ".join(f"{name} {round(100 * share)} %" for name, share in sorted(s["structures"].items(), key=lambda one: -one[1]))
    return {
        "$schema": "../model.schema.json",
        "id": recipe["id"],
        "version": version,
        "title": "Super-resolved video of living samples from localizations of short slices of time, causal, after DBlink",
        "task": "video",
        "graphs": {"network": {
            "file": "network.onnx", "role": "one slice's localization map and the state to densities and the next state",
            "inputs": [{"name": "map", "is": "frame"},
                       {"name": "hidden", "is": "state", "from": "next_hidden", "channels": n["hidden"], "stride": CELL},
                       {"name": "sums", "is": "state", "from": "next_sums", "channels": len(DECAYS), "stride": 1}],
            "outputs": [{"name": "density", "is": "maps"}, {"name": "next_hidden", "is": "state"}, {"name": "next_sums", "is": "state"}]}},
        "input": {
            "frames": 1, "target": 0, "missing_frame": "zero-frame", "layout": "NCHW", "element": "float32",
            "size": {"multiple": MULTIPLE, "minimum": 2 * MULTIPLE, "maximum": 4096, "padding": "zero"},
            "map": {"finer": CELL, "weight": "precision"}, "frame_order": "time", "upsampling": 1,
            "normalization": {"kind": "constants", "scope": "constant", "offset": 0.0, "scale": 1.0},
        },
        "output": {"layout": "NCHW", "upscale": 1, "look_ahead": recipe["look_ahead"], "channels": [channel(d) for d in n["delays"]]},
        "domain": {
            "modality": ["smlm"], "pixel_size_nm": [60, 170], "precision_px": s["precision"],
            "structures": f"{kinds}; speed {s['speed'][0]}-{s['speed'][1]} map px per slice and at rest, "
                          f"{s['rate'][0]}-{s['rate'][1]} localizations per map px of structure and slice, "
                          f"precision {s['precision'][0]}-{s['precision'][1]} map px, up to {round(100 * s['false'][1])} % false",
        },
        "provenance": {"recipe": f"onnx-models/training/recipes/video/{recipe['id']}.json", "commit": commit,
                       "data": f"{grown}simulated only: {training['steps']} steps of {recipe['training']['batch']} scenes of {s['size']} x "
                               f"{s['size']} map px and {recipe['training']['chunk']} slices, {training['minutes']:.0f} minutes",
                       "licence": "Apache-2.0", "paper": "10.1038/s41592-023-01966-0",
                       "training": {k: round(v, 2) for k, v in training.items()}},
        "measured": _measured(results) if results else [],
    }


def _measured(results: dict) -> list:
    rows = []
    for r in results["simulated"]:
        conditions = (f"{r['structures']}, {r['density']} ({r['rate']} localizations per map px of structure and slice), {r['speed']} "
                      f"({r['px_per_slice']} map px per slice, {r['px_per_slice'] * PIXEL_NM / SLICE_S:.0f} nm/s at 25 nm and 100 ms)")
        best = f"best sliding window in hindsight ({r['window_slices']} slices, blur {r['window_blur_px']} px)"
        named = {"network": "Pearson with truth, now", "window": f"the same, {best}",
                 "window_blur_1px": "the same, best sliding window in hindsight, blur 1 px",
                 **{k: f"the same, {k.rsplit('_', 1)[1]} slices later" for k in r if k.startswith("network_after_")}}
        rows += [{"data": "simulated localizations, seed apart from training", "metric": m, "value": r[k], "conditions": conditions,
                  "command": COMMAND} for k, m in named.items() if k in r]
    return rows
