using System.Text.Json.Serialization;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Cli.Reports;

/// <summary>The sections drift, resolution_nm and statistics of report.json.</summary>
internal static class DriftReports
{
    /// <summary>The curve that a service told of; null: it told of none, or of an impossible one.</summary>
    internal static DriftCurve? Curve(Drift? drift)
    {
        if (drift is null || drift.Frame.Count == 0 || drift.XNm.Count != drift.Frame.Count || drift.YNm.Count != drift.Frame.Count)
        {
            return null;
        }

        try
        {
            return DriftCurve.FromKnots([.. drift.Frame.Select((frame, i) => new DriftKnot((long)frame, drift.XNm[i], drift.YNm[i]))]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    internal static DriftReport? Drift(StreamJob job, Drift? drift, DriftCurve? curve) => drift is null || curve is null ? null : new DriftReport
    {
        RangeNm = Math.Round(drift.RangeNm, 2),
        Revision = (long)drift.Revision,
        FirstFrame = curve.FirstFrame,
        LastFrame = curve.LastFrame,
        ToleranceNm = drift.ToleranceNm,
        ResidualRmsNm = job.Source.TrueDrift is { } truth ? Math.Round(curve.ResidualTo(truth), 2) : null,
    };

    internal static ResolutionReport? Resolution(Resolution? resolution) => resolution is null ? null : new ResolutionReport
    {
        Value = Known(resolution.ResolutionNm),
        Uncertainty = Known(resolution.UncertaintyNm),
        Alternating = Known(resolution.AlternatingNm),
        Outcome = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(resolution.Outcome.ToString()),
        Localizations = (long)resolution.Localizations,
        FieldNm = [resolution.FieldXNm, resolution.FieldYNm, resolution.FieldWidthNm, resolution.FieldHeightNm],
    };

    internal static IReadOnlyList<SliceReport> Statistics(Statistics? statistics) => [.. (statistics?.Slices ?? []).Select(slice => new SliceReport
    {
        FirstFrame = (long)slice.FirstFrame,
        Frames = (long)slice.Frames,
        Localizations = (long)slice.Localizations,
        DensityPerUm2 = Known(slice.DensityPerUm2, 4),
        Photons = Known(slice.Photons, 1),
        Background = Known(slice.Background),
        UncertaintyNm = Known(slice.UncertaintyNm),
        OnFrames = Known(slice.OnFrames),
        Molecules = (long)slice.Molecules,
        DriftXNm = Known(slice.DriftXNm),
        DriftYNm = Known(slice.DriftYNm),
    })];

    private static double? Known(double value, int digits = 2) => double.IsFinite(value) ? Math.Round(value, digits) : null;
}

/// <summary>How far the sample moved.</summary>
internal sealed record DriftReport
{
    /// <summary>Largest distance from where it was at first, nm.</summary>
    public required double RangeNm { get; init; }

    /// <summary>Times that the whole curve was estimated.</summary>
    public required long Revision { get; init; }

    public required long FirstFrame { get; init; }

    public required long LastFrame { get; init; }

    /// <summary>How far what was sent may lie from the curve, nm.</summary>
    public required double ToleranceNm { get; init; }

    /// <summary>Root mean square distance from the true drift, both brought to the same mean, nm; null where it is not known.</summary>
    public required double? ResidualRmsNm { get; init; }
}

/// <summary>The resolution, nm: of localizations by Fourier ring correlation, of images by decorrelation.</summary>
internal sealed record ResolutionReport
{
    public required double? Value { get; init; }

    public required double? Uncertainty { get; init; }

    /// <summary>From odd and even frames.</summary>
    public required double? Alternating { get; init; }

    public required string Outcome { get; init; }

    public required long Localizations { get; init; }

    /// <summary>Part of the field: x, y, width, height.</summary>
    public required IReadOnlyList<double> FieldNm { get; init; }

    /// <summary>Structured illumination: of the mean of the frames, by decorrelation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Widefield { get; init; }

    /// <summary>Structured illumination: of the result, never finer than lens and pattern allow.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Result { get; init; }
}

/// <summary>A stretch of the run.</summary>
internal sealed record SliceReport
{
    public required long FirstFrame { get; init; }

    public required long Frames { get; init; }

    public required long Localizations { get; init; }

    public required double? DensityPerUm2 { get; init; }

    public required double? Photons { get; init; }

    public required double? Background { get; init; }

    public required double? UncertaintyNm { get; init; }

    public required double? OnFrames { get; init; }

    public required long Molecules { get; init; }

    public required double? DriftXNm { get; init; }

    public required double? DriftYNm { get; init; }
}
