using MicroscopeStream.Contract.V1;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Pipeline.Processing;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Drift, resolution and statistics as the contract says them.</summary>
internal static class ProcessingMessages
{
    /// <summary>Enough for any plot; such a message comes about once a second.</summary>
    public const int KnotsInStream = 2000;

    /// <summary>Enough for hours; the message then has 600 kB.</summary>
    public const int KnotsInSummary = 50_000;

    public static Contract.V1.Drift ToMessage(DriftUpdate update, int mostKnots)
    {
        DriftVersion version = update.Version;
        var message = new Contract.V1.Drift { Revision = (ulong)version.Revision };
        if (version.Revision == 0)
        {
            return message;
        }

        (IReadOnlyList<DriftKnot> knots, double tolerance) = version.Curve.ToKnots(mostKnots);
        foreach (DriftKnot knot in knots)
        {
            message.Frame.Add((ulong)knot.Frame);
            message.XNm.Add(knot.X);
            message.YNm.Add(knot.Y);
        }

        message.RangeNm = version.Curve.Range();
        message.ToleranceNm = tolerance;
        return message;
    }

    public static Resolution ToMessage(ResolutionUpdate update)
    {
        ResolutionEstimate estimate = update.Estimate;
        return new Resolution
        {
            ResolutionNm = estimate.ResolutionNm,
            UncertaintyNm = estimate.UncertaintyNm,
            AlternatingNm = estimate.AlternatingNm,
            Outcome = estimate.Outcome switch
            {
                FrcOutcome.Found => ResolutionOutcome.Found,
                FrcOutcome.FinerThanPixels => ResolutionOutcome.FinerThanPixels,
                _ => ResolutionOutcome.NoAgreement,
            },
            Localizations = (ulong)estimate.Localizations,
            LastFrame = (ulong)update.LastFrame,
            FieldXNm = update.FieldXNm,
            FieldYNm = update.FieldYNm,
            FieldWidthNm = update.FieldWidthNm,
            FieldHeightNm = update.FieldHeightNm,
            FrequencyStepPerNm = estimate.Curve.FrequencyStep,
            Curve = { estimate.Curve.Smoothed.Select(value => (float)value) },
            Threshold = FrcCurve.Threshold,
        };
    }

    public static Statistics ToMessage(StatisticsUpdate update) => new()
    {
        SliceFrames = (ulong)update.SliceFrames,
        Slices = { update.Slices.Select(ToMessage) },
    };

    private static SliceStatistics ToMessage(SessionSlice slice) => new()
    {
        FirstFrame = (ulong)slice.Slice.FirstFrame,
        Frames = (ulong)slice.Slice.Frames,
        Localizations = (ulong)slice.Slice.Localizations,
        DensityPerUm2 = slice.Slice.DensityPerUm2,
        Photons = slice.Slice.Photons.Median,
        Background = slice.Slice.Background.Median,
        UncertaintyNm = slice.Slice.UncertaintyNm.Median,
        OnFrames = slice.Slice.OnFrames.Mean,
        Molecules = (ulong)slice.Slice.OnFrames.Count,
        DriftXNm = slice.DriftXNm,
        DriftYNm = slice.DriftYNm,
    };
}
