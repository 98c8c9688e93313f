"""The facts of a package: model.json from a recipe and measured results."""
from .network import AXIAL_CHANNELS, CHANNELS, MULTIPLE

UNITS = dict(zip(CHANNELS + AXIAL_CHANNELS, ("1", "photons", "px", "px", "photons", "px", "px", "photons", "nm", "nm")))
COMMAND = "python3 -m microscopestream_training.evaluate CHECKPOINT --data DATA/smlm --frames 80 --out results.json"


def model_json(recipe: dict, version: str, accept: float, commit: str, results, training: dict) -> dict:
    """Everything model.json says but what the exporter adds: the hashes and input.size.overlap.

    accept: accept_probability of the read-out. results: what `evaluate` wrote, or None.
    """
    channels = CHANNELS + AXIAL_CHANNELS if recipe["network"].get("axial") else CHANNELS
    return {
        "$schema": "../model.schema.json",
        "id": recipe["id"],
        "version": version,
        "title": recipe["package"]["title"],
        "task": "localization",
        "graphs": {
            "frame": {"file": "frame.onnx", "role": "per-frame features",
                      "inputs": [{"name": "frame", "is": "frame"}],
                      "outputs": [{"name": "features", "is": "features"}]},
            "context": {"file": "context.onnx", "role": "joins the window's features into maps",
                        "inputs": [{"name": n, "is": "features", "offset": o}
                                   for n, o in (("previous", -1), ("current", 0), ("next", 1))],
                        "outputs": [{"name": "maps", "is": "maps"}]},
        },
        "input": {
            "frames": 3, "target": 1, "missing_frame": "zero-features", "layout": "NCHW", "element": "float32",
            "size": {"multiple": MULTIPLE, "minimum": 32, "maximum": 2048, "padding": "edge"},
            "frame_order": "time", "upsampling": 1,
            "normalization": {"kind": "photons", "scope": "constant", "offset": 0.0, "scale": 1.0},
        },
        "output": {"layout": "NCHW", "upscale": 1,
                   "channels": [{"name": c, "unit": UNITS[c], "scale": 1.0} for c in channels]},
        "readout": {"kind": "local-maximum", "candidate_probability": 0.1, "accept_probability": accept,
                    "split_probability": accept, "neighbourhood": 3},
        "domain": recipe["package"]["domain"],
        "provenance": {"recipe": f"onnx-models/training/recipes/{recipe['id']}.json", "commit": commit,
                       "data": _trained_on(recipe, training), "licence": "Apache-2.0", "paper": "10.1038/s41592-021-01236-x"},
        "measured": _measured(results) if results else [],
    }


def _trained_on(recipe: dict, training: dict) -> str:
    grown = f"grown from {recipe['start_from'].rsplit('/', 1)[-1]}; " if "start_from" in recipe else ""
    return (f"{grown}simulated only: {training['emitters'] / 1e6:.1f} million emitters in {training['steps']} steps, "
            f"{training['minutes']:.0f} minutes")


def _measured(results: dict) -> list:
    rows = []

    def add(data, conditions, row, metrics):
        rows.extend({"data": data, "metric": m, "value": row[k], "conditions": conditions, "command": COMMAND}
                    for k, m in metrics.items() if k in row)

    for r in results["simulated"]:
        light = ("blinking (exponential, mean 2 frames)" if r["blinking"] else
                 "on for one whole frame" if r["on_frames"] == 1 else f"on for {r['on_frames']:.0f} whole frames on average")
        light += (", on filaments" if r.get("filaments") else "") + f", {r['photons']:.0f} photons"
        add("simulated, seed apart from training", f"{r['density']} per um2, {light}, background {r['background']:.0f}, "
            f"{r['pixel_nm']:.0f} nm px, sigma {r['sigma_nm']:.0f} nm, border 450 nm, emitters below 250 photons ignored",
            r, {"ji": "JI", "rmse_nm": "RMSE nm", "z_std": "z-score standard deviation"})
    for r in results.get("bound", []):
        add("simulated, seed apart from training", f"{r['emitters']} emitters at {r['density']} per um2", r,
            {"ratio": "RMSE over Cramer-Rao bound"})
    for name in ("bundled-tubulins-hd", "artificial-hd"):
        for r in results.get(name, [])[:1]:
            add(name, "camera estimated from the frames, no border", r,
                {"pearson": "Pearson, 12.5 nm px, sigma 25 nm", "ji": "JI", "precision": "precision",
                 "recall": "recall", "rmse_nm": "RMSE nm"})
    return rows
