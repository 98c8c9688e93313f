namespace MicroscopeStream.Video;

/// <summary>How localizations become video. Immutable.</summary>
public sealed record VideoOptions
{
    /// <summary>Smallest number of frames per slice: with fewer, more pictures than camera frames would travel.</summary>
    public const int FewestSliceFrames = 4;

    /// <summary>Most frames per slice.</summary>
    public const int MostSliceFrames = 10_000;

    /// <summary>Most slices that a refined picture may look ahead.</summary>
    public const int MostLookAhead = 50;

    /// <summary>Fewest video pixels per camera pixel along one axis that are offered.</summary>
    public const int CoarsestGrid = 4;

    /// <summary>Most video pixels per camera pixel along one axis.</summary>
    public const int FinestGrid = 8;

    /// <summary>Video pixels per camera pixel along one axis, 1…<see cref="FinestGrid"/>. Default <see cref="CoarsestGrid"/>.</summary>
    public int Finer { get; init; } = CoarsestGrid;

    /// <summary>Camera frames per slice, <see cref="FewestSliceFrames"/>…<see cref="MostSliceFrames"/>. Default 10.</summary>
    public int SliceFrames { get; init; } = 10;

    /// <summary>
    /// Missing slices that are bridged by empty ones, ≥ 0; a longer gap starts the video anew, its state and support forgotten.
    /// Default 5.
    /// </summary>
    public int BridgedSlices { get; init; } = 5;

    /// <summary>
    /// Mean lateral uncertainty, video pixels, above which localizations are less precise than the density was made for, &gt; 0; null:
    /// any are good enough. Default null.
    /// </summary>
    public double? CoarsestPrecisionPixels { get; init; }

    /// <summary>Pixels to either side within which a localization supports a pixel: half a camera pixel.</summary>
    internal int SupportReach => Math.Max(1, Finer / 2);

    /// <summary>Pixels to either side within which localizations of a structure are neighbours: three quarters of a camera pixel.</summary>
    internal int MotionReach => Math.Max(1, 3 * Finer / 4);

    /// <summary>Slices over which support is counted, ≥ 1. Default 20.</summary>
    public int SupportSlices { get; init; } = 20;
}
