using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Reports;

/// <summary>Compares tables with ground truth, for <c>evaluate</c> and the demo.</summary>
internal static class Scores
{
    internal static ScoreReport Measure(
        LocalizationTable localizations, LocalizationTable truth, ScoringOptions options, double pixelNm, double sigmaNm)
    {
        LocalizationScore score = LocalizationScorer.Score(localizations.Snapshot(), truth.Snapshot(), options);

        // One pixel per nm as the field's grid gives any extent; only its size matters here.
        var field = new PixelGrid((int)Math.Ceiling(options.WidthNm), (int)Math.Ceiling(options.HeightNm), 1);
        double pearson = RenderedPearson.Measure(localizations.Snapshot(), truth.Snapshot(), field, pixelNm, sigmaNm);
        return new ScoreReport
        {
            Ji = Round(score.Jaccard, 4),
            Precision = Round(score.Precision, 4),
            Recall = Round(score.Recall, 4),
            RmseXyNm = Known(score.LateralRmseNm, 2),
            Efficiency = Known(score.LateralEfficiency, 2),
            Pearson = Known(pearson, 4),
            TruePositives = score.TruePositives,
            FalsePositives = score.FalsePositives,
            FalseNegatives = score.FalseNegatives,
            MeanErrorXNm = Known(score.MeanErrorXNm, 2),
            MeanErrorYNm = Known(score.MeanErrorYNm, 2),
            ZScoreStdX = Known(score.ZScoreStdX, 3),
            ZScoreStdY = Known(score.ZScoreStdY, 3),
            RmseZNm = Known(score.AxialRmseNm, 2),
            EfficiencyZ = Known(score.AxialEfficiency, 2),
            ZScoreStdZ = Known(score.ZScoreStdZ, 3),
            Densities = DensityScores.Measure(localizations, truth, options),
        };
    }

    internal static string Describe(ScoreReport score) => string.Join(
        Environment.NewLine,
        Line("Jaccard index", score.Ji, string.Empty),
        Line("precision", score.Precision, string.Empty),
        Line("recall", score.Recall, string.Empty),
        Line("RMSE (x, y)", score.RmseXyNm, " nm"),
        Line("efficiency", score.Efficiency, string.Empty),
        Line("Pearson of the rendered images", score.Pearson, string.Empty),
        Line("mean error x", score.MeanErrorXNm, " nm"),
        Line("mean error y", score.MeanErrorYNm, " nm"),
        Line("error ÷ predicted σ, x", score.ZScoreStdX, " (1 is honest)"),
        Line("error ÷ predicted σ, y", score.ZScoreStdY, " (1 is honest)"),
        $"matched {score.TruePositives}, false {score.FalsePositives}, missed {score.FalseNegatives}"
        + (score.RmseZNm is null ? string.Empty : Environment.NewLine + string.Join(
            Environment.NewLine,
            Line("RMSE (z)", score.RmseZNm, " nm"),
            Line("efficiency (z)", score.EfficiencyZ, string.Empty),
            Line("error ÷ predicted σ, z", score.ZScoreStdZ, " (1 is honest)")))
        + DensityScores.Describe(score.Densities));

    private static string Line(string name, double? value, string unit) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{name,-32}{known}{unit}") : $"{name,-32}not known";

    internal static double? Known(double value, int digits) => double.IsNaN(value) ? null : Round(value, digits);

    // Adding 0 turns −0 into 0.
    internal static double Round(double value, int digits) => Math.Round(value, digits) + 0;
}
