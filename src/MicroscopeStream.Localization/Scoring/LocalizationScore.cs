namespace MicroscopeStream.Localizations.Scoring;

/// <summary>How well localizations agree with ground truth, by the SMLM challenge's measures (Sage et al. 2019, 10.1038/s41592-019-0364-4).</summary>
public sealed record LocalizationScore
{
    /// <summary>Localizations matched with a true emitter.</summary>
    public required long TruePositives { get; init; }

    /// <summary>Localizations without a true emitter.</summary>
    public required long FalsePositives { get; init; }

    /// <summary>True emitters without a localization.</summary>
    public required long FalseNegatives { get; init; }

    /// <summary>Localizations matched with a true emitter that was too dim to count either way.</summary>
    public required long DimMatches { get; init; }

    /// <summary>Frames that hold a localization or a true emitter, counted or not.</summary>
    public required long Frames { get; init; }

    /// <summary>Jaccard index TP / (TP + FP + FN), 0…1; 0 when nothing counts.</summary>
    public double Jaccard => Share(TruePositives, TruePositives + FalsePositives + FalseNegatives);

    /// <summary>Share of the localizations that are right: TP / (TP + FP), 0…1.</summary>
    public double Precision => Share(TruePositives, TruePositives + FalsePositives);

    /// <summary>Share of the true emitters that were found: TP / (TP + FN), 0…1.</summary>
    public double Recall => Share(TruePositives, TruePositives + FalseNegatives);

    /// <summary>Root-mean-square lateral distance (x and y together) of the matches, nm; NaN without matches.</summary>
    public required double LateralRmseNm { get; init; }

    /// <summary>Root-mean-square axial distance of the matches, nm; NaN without matches or z.</summary>
    public required double AxialRmseNm { get; init; }

    /// <summary>Mean of localization minus truth along x, nm: a wrong pixel convention shows here. NaN without matches.</summary>
    public required double MeanErrorXNm { get; init; }

    /// <summary>Mean of localization minus truth along y, nm. NaN without matches.</summary>
    public required double MeanErrorYNm { get; init; }

    /// <summary>Standard deviation of (x − true x) ÷ predicted σx; 1 is honest, more is overconfident. NaN without predictions.</summary>
    public required double ZScoreStdX { get; init; }

    /// <summary>Standard deviation of (y − true y) ÷ predicted σy. NaN without predictions.</summary>
    public required double ZScoreStdY { get; init; }

    /// <summary>Standard deviation of (z − true z) ÷ predicted σz. NaN without predictions.</summary>
    public required double ZScoreStdZ { get; init; }

    /// <summary>Lateral efficiency 100 − √((100 − JI)² + RMSE²), JI in percent, RMSE in nm; at most 100. NaN without matches.</summary>
    public double LateralEfficiency => Efficiency(LateralRmseNm, 1);

    /// <summary>Axial efficiency 100 − √((100 − JI)² + ¼ RMSE²). NaN without matches or z.</summary>
    public double AxialEfficiency => Efficiency(AxialRmseNm, 0.5);

    private static double Share(long part, long whole) => part / (double)Math.Max(whole, 1);

    private double Efficiency(double rmse, double perNm)
    {
        double missed = 100 * (1 - Jaccard), error = perNm * rmse;
        return 100 - Math.Sqrt((missed * missed) + (error * error));
    }
}
