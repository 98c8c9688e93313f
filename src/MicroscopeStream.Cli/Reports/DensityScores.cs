using System.Globalization;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Reports;

/// <summary>Scores by density: the frames that have between two and twice as many true emitters per area are scored together.</summary>
internal static class DensityScores
{
    // Emitters per µm², a factor of two apart; the first bin holds everything sparser.
    private static readonly double[] Edges = [0.25, 0.5, 1, 2, 4, 8];

    internal static IReadOnlyList<DensityScoreReport> Measure(LocalizationTable localizations, LocalizationTable truth, ScoringOptions options)
    {
        double area = Math.Max(1e-6, (options.WidthNm - (2 * options.BorderNm)) * (options.HeightNm - (2 * options.BorderNm)) * 1e-6);
        var counts = new Dictionary<long, int>();
        foreach (Localization emitter in truth.Where(row => Inside(row, options) && !(row.Photons < options.MinimumPhotons)))
        {
            counts[emitter.Frame] = counts.GetValueOrDefault(emitter.Frame) + 1;
        }

        int[] used = [.. counts.Values.Select(count => BinOf(count / area)).Distinct().Order()];
        if (used.Length < 2)
        {
            return [];
        }

        // Frames without emitters are the sparsest.
        int Bin(Localization row) => BinOf(counts.GetValueOrDefault(row.Frame) / area);
        ILookup<int, Localization> found = localizations.ToLookup(Bin), real = truth.ToLookup(Bin);
        return [.. used.Select(bin => Report(
            bin, counts.Values.Where(count => BinOf(count / area) == bin).ToArray(), area,
            LocalizationScorer.Score(new LocalizationTable(found[bin]).Snapshot(), new LocalizationTable(real[bin]).Snapshot(), options)))];
    }

    internal static string Describe(IReadOnlyList<DensityScoreReport> densities)
    {
        if (densities.Count == 0)
        {
            return string.Empty;
        }

        IEnumerable<string> lines = densities.Select(d => string.Create(
            CultureInfo.InvariantCulture,
            $"{d.MeanDensityPerUm2,10:f2} per µm²{d.Frames,8}{d.Ji,12:f3}{d.Precision,12:f3}{d.Recall,10:f3}{d.RmseXyNm,10:f1} nm{d.Efficiency,10:f1}{d.ZScoreStdX,10:f2}"));
        return string.Concat(
            Environment.NewLine, "   density          frames     Jaccard   precision    recall        RMSE     eff.     error ÷ σ",
            string.Concat(lines.Select(line => Environment.NewLine + line)));
    }

    private static DensityScoreReport Report(int bin, int[] counts, double area, LocalizationScore score) => new()
    {
        FromPerUm2 = bin == 0 ? 0 : Edges[bin - 1],
        ToPerUm2 = bin == Edges.Length ? null : Edges[bin],
        MeanDensityPerUm2 = Scores.Round(counts.Average() / area, 4),
        Frames = counts.Length,
        Ji = Scores.Round(score.Jaccard, 4),
        Precision = Scores.Round(score.Precision, 4),
        Recall = Scores.Round(score.Recall, 4),
        RmseXyNm = Scores.Known(score.LateralRmseNm, 2),
        RmseZNm = Scores.Known(score.AxialRmseNm, 2),
        Efficiency = Scores.Known(score.LateralEfficiency, 2),
        ZScoreStdX = Scores.Known(score.ZScoreStdX, 3),
        ZScoreStdY = Scores.Known(score.ZScoreStdY, 3),
    };

    private static int BinOf(double density) => Edges.Count(edge => density >= edge);

    private static bool Inside(Localization row, ScoringOptions options) =>
        row.X > options.BorderNm && row.X < options.WidthNm - options.BorderNm && row.Y > options.BorderNm && row.Y < options.HeightNm - options.BorderNm;
}

/// <summary>The frames of one density.</summary>
internal sealed record DensityScoreReport
{
    /// <summary>Least true emitters per µm² and frame.</summary>
    public required double FromPerUm2 { get; init; }

    /// <summary>The density that is no longer of this group; null: no limit.</summary>
    public required double? ToPerUm2 { get; init; }

    public required double MeanDensityPerUm2 { get; init; }

    public required int Frames { get; init; }

    public required double Ji { get; init; }

    public required double Precision { get; init; }

    public required double Recall { get; init; }

    public required double? RmseXyNm { get; init; }

    public required double? RmseZNm { get; init; }

    public required double? Efficiency { get; init; }

    public required double? ZScoreStdX { get; init; }

    public required double? ZScoreStdY { get; init; }
}
