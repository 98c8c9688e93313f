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

    /// <summary>Video pixels per camera pixel along one axis, 1…8. Default 4.</summary>
    public int Finer { get; init; } = 4;

    /// <summary>Camera frames per slice, <see cref="FewestSliceFrames"/>…<see cref="MostSliceFrames"/>. Default 10.</summary>
    public int SliceFrames { get; init; } = 10;

    /// <summary>
    /// Missing slices that are bridged by empty ones, ≥ 0; a longer gap starts the video anew, its state and support forgotten.
    /// Default 5.
    /// </summary>
    public int BridgedSlices { get; init; } = 5;

    /// <summary>Slices over which support is counted, ≥ 1. Default 20.</summary>
    public int SupportSlices { get; init; } = 20;
}
