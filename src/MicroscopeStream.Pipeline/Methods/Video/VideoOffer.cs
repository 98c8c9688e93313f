using MicroscopeStream.Video;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>Which numbers a video method takes.</summary>
internal sealed record VideoOffer
{
    /// <summary>Look-ahead of methods that take any, when none is asked for, slices.</summary>
    private const int UsualLookAhead = 2;

    /// <summary>Whether it has a window of slices.</summary>
    public bool HasWindow { get; init; } = true;

    /// <summary>Look-aheads beside 0, slices; null: any.</summary>
    public IReadOnlyList<int>? LookAheads { get; init; }

    /// <summary>The look-ahead when none is asked for: refined pictures cost the first ones no time, so there are some.</summary>
    public int DefaultLookAhead { get; init; } = UsualLookAhead;

    /// <summary>Mean uncertainty of localizations, video pixels, above which they are less precise than it was trained for; null: any will do.</summary>
    public double? CoarsestPrecisionPixels { get; init; }

    /// <summary>Video pixels per camera pixel along one axis, the default first.</summary>
    public IReadOnlyList<int> Grids { get; init; } =
        [.. Enumerable.Range(VideoOptions.CoarsestGrid, VideoOptions.FinestGrid - VideoOptions.CoarsestGrid + 1)];
}
