"""Tables of a model card from the results of `evaluate`: python3 -m microscopestream_training.sim.tables results.json"""
import json
import sys


def lines(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(str(c) for c in r) + " |" for r in rows)


def simulated(rows):
    head = ("structures", "trained on", "light", "widefield dB", "Wiener dB (w 0.05)", "Wiener dB (best w)", "network dB",
            "FRC nm: Wiener / network", "residual: truth / Wiener / network")
    return lines(head, ((r["structures"], "yes" if r["trained_on"] else "no", f"{r['light']:g}", f"{r['widefield_db']:.1f}",
                         f"{r['wiener_usual_db']:.1f}", f"{r['wiener_best_db']:.1f} ({r['wiener_best_parameter']})",
                         f"**{r['network_db']:.1f}**", f"{r['wiener_frc_nm']:.0f} / {r['network_frc_nm']:.0f}",
                         f"{r['truth_residual']:.2f} / {r['wiener_residual']:.2f} / {r['network_residual']:.2f}") for r in rows))


def changes(rows):
    head = ("change", "light", "widefield dB", "Wiener dB (best w)", "network dB")
    return lines(head, ((r["change"], f"{r['light']:g}", f"{r['widefield_db']:.1f}", f"{r['wiener_best_db']:.1f}",
                         f"**{r['network_db']:.1f}**") for r in rows))


def real(rows):
    head = ("image", "PSNR dB", "Pearson", "registered: PSNR dB", "Pearson")
    return lines(head, ((r["image"], r["psnr_db"], r["pearson"], r.get("registered_psnr_db", ""), r.get("registered_pearson", "")) for r in rows))


def denoised(rows):
    head = ("structures", "trained on", "light", "frame dB", "Gaussian, best width dB", "network dB", "Wiener of the frames dB",
            "Wiener of the denoised dB")
    return lines(head, ((r["structures"], "yes" if r["trained_on"] else "no", f"{r['light']:g}", f"{r['noisy_db']:.1f}",
                         f"{r['gaussian_db']:.1f}", f"**{r['network_db']:.1f}**", f"{r['wiener_db']:.1f}", f"{r['wiener_of_denoised_db']:.1f}")
                        for r in rows))


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        results = json.load(f)
    for key, write in (("simulated", simulated), ("denoised", denoised), ("changes", changes), ("microtubules-low-high-light", real)):
        if results.get(key):
            print(f"\n{key}\n", *write(results[key]), sep="\n")


if __name__ == "__main__":
    main()
