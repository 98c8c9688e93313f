"""Plot and table of the accuracy benchmark: python3 -m microscopestream_training.sweep accuracy.md OUT.png [METHOD ...]

accuracy.md: what `dotnet run -c Release --project tests/MicroscopeStream.Benchmarks -- accuracy --sweep` printed. Draws
JI and RMSE over density, one colour per method, one panel per number of photons, and prints them as one table.
Needs matplotlib.
"""
import re
import sys

ROW = re.compile(r"^\| whole frames, ([\d.]+) photons, ([\d.]+) background, ([\d.]+)/µm² \| (\S+)[^|]*\| ([\d.]+) \| ([\d.]+|NaN) \|")
COLOURS = ("#0b6e99", "#c8553d", "#8d8d8d", "#5b8c3e", "#7d5ba6")


def read(lines):
    """(method, photons) -> [(density, JI, RMSE nm)] in the order of the file."""
    out = {}
    for line in lines:
        m = ROW.match(line)
        if m:
            photons, _, density, method, ji, rmse = m.groups()
            out.setdefault((method, float(photons)), []).append((float(density), float(ji), float(rmse)))
    return out


def markdown(rows, methods, photons):
    """One row per density and photon count, JI / RMSE nm of each method."""
    lines = ["| photons | emitters per µm² | " + " | ".join(methods) + " |", "|---|---|" + "---|" * len(methods)]
    for n in photons:
        for k, (density, _, _) in enumerate(rows[methods[0], n]):
            cells = [f"{rows[m, n][k][1]:.3f} / {rows[m, n][k][2]:.1f}" for m in methods]
            lines.append(f"| {n:.0f} | {density:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(rows, methods, photons, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(2, len(photons), figsize=(3.1 * len(photons), 5.4), sharex=True, sharey="row", squeeze=False)
    for column, n in enumerate(photons):
        for colour, method in zip(COLOURS, methods):
            density, ji, rmse = zip(*rows[method, n])
            axes[0, column].plot(density, ji, "o-", color=colour, label=method, markersize=4)
            axes[1, column].plot(density, rmse, "o-", color=colour, markersize=4)
        axes[0, column].set_title(f"{n:.0f} photons")
        axes[1, column].set_xlabel("emitters per µm² and frame")
        axes[1, column].set_xscale("log")
        ticks = [d for d, _, _ in rows[methods[0], n]]
        axes[1, column].set_xticks(ticks, [f"{d:g}" for d in ticks])
        axes[1, column].minorticks_off()
    axes[0, 0].set_ylabel("Jaccard index")
    axes[0, 0].set_ylim(0, 1.02)
    axes[1, 0].set_ylabel("RMSE, nm")
    axes[1, 0].set_ylim(0, None)
    for a in axes.flat:
        a.grid(alpha=0.25)
        a.spines[["top", "right"]].set_visible(False)
    axes[0, 0].legend(frameon=False, fontsize=8, loc="lower left")
    figure.tight_layout()
    figure.savefig(path, dpi=130)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = read(f)
    if not rows:
        sys.exit(f"{sys.argv[1]} holds no rows of the accuracy sweep")
    methods = sys.argv[3:] or list(dict.fromkeys(m for m, _ in rows))
    photons = sorted({n for _, n in rows})
    plot(rows, methods, photons, sys.argv[2])
    print(markdown(rows, methods, photons))


if __name__ == "__main__":
    main()
