"""The facts of a package: model.json from a recipe and measured results."""
from .network import MULTIPLE

COMMAND = "python3 -m microscopestream_training.sim.evaluate CHECKPOINT --data DATA/sim --out results.json"
ORDERS = {"1x1": "time", "3x1": "angle", "3x3": "angle,phase", "3x5": "angle,phase"}
TITLES = {
    "1x1": "Denoising of single low-light frames, with or without illumination patterns",
    "3x1": "Structured illumination from three frames, one phase of each angle, unknown patterns, 2 x finer image",
    "3x3": "Structured illumination from nine frames, 3 angles x 3 phases, unknown patterns, 2 x finer image",
    "3x5": "Structured illumination from fifteen frames, 3 angles x 5 phases, unknown patterns, 2 x finer image",
}
PAPERS = {"1x1": "10.1364/PRJ.416437", "3x1": "10.1038/s41467-020-15784-x", "3x3": "10.1364/BOE.414680", "3x5": "10.1038/s41467-020-15784-x"}

# Packages of the refining networks: id, title, input.phases, what they take.
REFINED = {
    "3x1": ("sim-3frame-small", "Structured illumination from three frames, one phase of each angle, 2 x finer image", "first",
            "the first phase of each angle of a two- or three-beam pattern"),
    "3x3": ("sim-9frame-small", "Structured illumination from nine frames or other whole groups, 2 x finer image", "every",
            "all frames of a group with two-beam patterns, 3 angles x 3 phases"),
    "3x5": ("sim-15frame-small", "Structured illumination from fifteen frames, 3 angles x 5 phases, 2 x finer image", "every",
            "all frames of a group with three-beam patterns, 3 angles x 5 phases"),
}
PRODUCT_COMMAND = "python3 -m microscopestream_training.sim.product_simulated F {0} --out results.json"


def refiner_json(recipe: dict, kind: str, version: str, commit: str, results, training: dict) -> dict:
    """The same of a refining network, for one kind of acquisition. results: what `product_simulated` wrote, or None."""
    s = recipe["simulation"]
    own, cut, (name, title, phases, what) = s["kinds"][kind], s["patterns"]["cutoff"], REFINED[kind]
    return {
        "$schema": "../model.schema.json",
        "id": name, "version": version, "title": title, "task": "sim",
        "graphs": {"network": {"file": "network.onnx", "role": "a reconstruction and the widefield image to one image",
                               "inputs": [{"name": "planes", "is": "window"}], "outputs": [{"name": "image", "is": "maps"}]}},
        "input": {
            "frames": 2, "target": 1, "missing_frame": "zero-frame", "layout": "NCHW", "element": "float32",
            "size": {"multiple": 8, "minimum": 64, "maximum": 2048, "padding": "edge"},
            "frame_order": "richardson-lucy,widefield", "phases": phases, "upsampling": 1,
            "normalization": {"kind": "photons", "scope": "constant", "offset": 0.0, "scale": 1.0},
        },
        "output": {"layout": "NCHW", "upscale": 1, "channels": [{"name": "intensity", "unit": "photons", "scale": 1.0}]},
        "domain": {
            "modality": ["sim"], "pixel_size_nm": [55, 110], "photons": [round(v) for v in own["photons"]],
            "background_photons": [0, round(s["background_photons"] + s["background_part"] * own["photons"][1])],
            "camera": ["scmos", "emccd"],
            "structures": "filaments, vesicles, points, textures, thin or in slight haze; detection cutoff 2 NA / wavelength of "
                          f"{cut[0]}-{cut[1]} cycles per raw px; {what}",
        },
        "provenance": {"recipe": f"onnx-models/training/recipes/sim/{recipe['id']}.json", "commit": commit,
                       "data": f"simulated only: {training['steps']} steps of {recipe['training']['batch']} fields of "
                               f"{s['size']} x {s['size']} px, {training['minutes']:.0f} minutes",
                       "licence": "Apache-2.0", "paper": PAPERS[kind], "training": {k: round(v, 2) for k, v in training.items()}},
        "measured": _measured_by_the_program(results, name) if results else [],
    }


def _measured_by_the_program(rows: list, name: str) -> list:
    means = {}
    for r in rows:
        method, order = r["method"].split("@")
        if method in (name, "wiener"):
            seen = "trained on" if r["trained_on"] else "never trained on"
            means.setdefault((method, order, r["structures"], seen, r["light"]), []).append(r["psnr_db"])
    return [{"data": "simulated, seed apart from training, through the program", "metric": "affine-fitted PSNR against the sample as it was drawn",
             "value": round(sum(v) / len(v), 2), "unit": "dB", "conditions": f"{method}, {order}, {structure} ({seen}), light {light} of 1000 photons",
             "command": PRODUCT_COMMAND.format(f"{method}@{order}")}
            for (method, order, structure, seen, light), v in sorted(means.items())]


def model_json(recipe: dict, version: str, commit: str, results, training: dict) -> dict:
    """Everything model.json says but what the exporter adds: the hash and input.size.overlap.

    results: what `evaluate` wrote, or None. training: steps and minutes.
    """
    s = recipe["simulation"]
    kind, frames = f"{s['angles']}x{s['phases']}", s["angles"] * s["phases"]
    upscale = 1 if s["target"] == "frame" else 2
    cut, ratio = s["patterns"]["cutoff"], s["patterns"]["carrier_over_cutoff"]
    what = "image" if upscale == 2 else "denoised"
    patterned = f"finest period {1 / (cut[1] * ratio[1]):.1f}-{1 / (cut[0] * ratio[0]):.1f} px"
    return {
        "$schema": "../model.schema.json",
        "id": recipe["id"],
        "version": version,
        "title": TITLES[kind],
        "task": "sim" if upscale == 2 else "image",
        "graphs": {"network": {
            "file": "network.onnx", "role": "frames of one group to one image" if frames > 1 else "one frame to one image",
            "inputs": [{"name": "frames", "is": "window" if frames > 1 else "frame"}],
            "outputs": [{"name": what, "is": "maps"}]}},
        "input": {
            "frames": frames, "target": frames - 1, "missing_frame": "zero-frame", "layout": "NCHW", "element": "float32",
            "size": {"multiple": MULTIPLE, "minimum": 32, "maximum": 1024, "padding": "edge"},
            "frame_order": ORDERS[kind], "upsampling": 1,
            "normalization": {"kind": "photons", "scope": "constant", "offset": 0.0, "scale": 1.0},
        },
        "output": {"layout": "NCHW", "upscale": upscale, "channels": [{"name": "intensity", "unit": "photons", "scale": 1.0}]},
        "domain": {
            "modality": ["sim"] if upscale == 2 else ["sim", "widefield"],
            "pixel_size_nm": [55, 110], "photons": [round(s["photons"][0]), round(s["photons"][1])],
            "background_photons": [0, round(s["background_photons"] + s["background_part"] * s["photons"][1])],
            "camera": ["scmos", "emccd"],
            "structures": "filaments, vesicles, points, textures, thin or in slight haze; detection cutoff 2 NA / wavelength of "
                          f"{cut[0]}-{cut[1]} cycles per raw px" + (f"; {patterned}, angles about 60 deg apart" if frames > 1 else ""),
        },
        "provenance": {"recipe": f"onnx-models/training/recipes/sim/{recipe['id']}.json", "commit": commit,
                       "data": f"simulated only: {training['steps']} steps of {recipe['training']['batch']} fields of "
                               f"{s['size']} x {s['size']} px, {training['minutes']:.0f} minutes",
                       "licence": "Apache-2.0", "paper": PAPERS[kind],
                       "training": {k: round(v, 2) for k, v in training.items()}},
        "measured": _measured(results) if results else [],
    }


def _measured(results: dict) -> list:
    rows = []

    def add(data, conditions, row, metrics):
        rows.extend({"data": data, "metric": m, "value": row[k], "unit": u, "conditions": conditions, "command": COMMAND}
                    for k, (m, u) in metrics.items() if k in row)
    for r in results.get("simulated", []) + results.get("denoised", []):
        seen = "trained on" if r["trained_on"] else "never trained on"
        add("simulated, seed apart from training", f"{r['structures']} ({seen}), light {r['light']} of 1000 photons", r,
            {"network_db": ("affine-fitted PSNR against the sample as it was drawn", "dB"),
             "network_filtered_db": ("affine-fitted PSNR through an ideal objective of twice the NA, sample too", "dB"),
             "noisy_db": ("affine-fitted PSNR of the frame itself", "dB"),
             "gaussian_db": ("the same after Gaussian smoothing of the best width in hindsight", "dB"),
             "wiener_best_db": ("the same of a Wiener reconstruction, best parameter in hindsight", "dB")})
    for r in results.get("microtubules-low-high-light", []):
        add("microtubules-low-high-light", f"{r['image']} against the authors' high-light reconstruction", r,
            {"psnr_db": ("affine-fitted PSNR", "dB"), "pearson": ("Pearson", ""),
             "registered_psnr_db": ("affine-fitted PSNR after registration by whole pixels", "dB"),
             "registered_pearson": ("Pearson after registration by whole pixels", "")})
    return rows
