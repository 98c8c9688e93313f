"""Markdown tables of results, for a model card: python3 -m microscopestream_training.tables results.json [foreign.json]"""
import json
import sys


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(v) for v in r) + " |" for r in rows]) + "\n"


def light(r):
    if r["blinking"]:
        return "blinking, mean 2 frames"
    text = "one whole frame" if r["on_frames"] == 1 else f"{r['on_frames']:.0f} whole frames on average"
    return text + (", on filaments" if r["filaments"] else "")


def figures(r):
    return [f"{r['ji']:.3f}", f"{r['precision']:.3f}", f"{r['recall']:.3f}", f"{r['rmse_nm']:.1f}",
            f"{r['z_std']:.2f} / {r['z_std_central']:.2f}"]


FIGURES = ["JI", "precision", "recall", "RMSE nm", "z-score sd: all / central 68 %"]


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        results = json.load(f)
    print(table(["emitters per µm²", "on", "photons"] + FIGURES,
                [[r["density"], light(r), f"{r['photons']:.0f}"] + figures(r) for r in results["simulated"]]))
    print(table(["emitters per µm²", "which", "RMSE nm", "bound nm", "ratio"],
                [[r["density"], r["emitters"], r["rmse_nm"], r["bound_nm"], r["ratio"]] for r in results["bound"]]))
    print(table(["change"] + FIGURES + ["photons found / true"],
                [[r["change"]] + figures(r) + [f"{r['photon_ratio']:.2f}"] for r in results["general"]]))
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as f:
            foreign = json.load(f)
        print(table(["frames of another kind"] + FIGURES + ["photons found / true"],
                    [[r["change"]] + figures(r) + [f"{r['photon_ratio']:.2f}"] for r in foreign]))
    rows = [[n, r["adu_per_photon"], r["pearson"]] + figures(r)
            for n in ("bundled-tubulins-hd", "artificial-hd") for r in results.get(n, [])]
    print(table(["stack", "ADU per photon assumed", "Pearson"] + FIGURES, rows))


if __name__ == "__main__":
    main()
