using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Video.Slices;

namespace MicroscopeStream.Video;

/// <summary>How final a video frame is.</summary>
public enum VideoRevision
{
    /// <summary>Made from this slice and those before: published at once.</summary>
    Provisional = 0,

    /// <summary>Made anew when later slices had come.</summary>
    Refined = 1,
}

/// <summary>
/// One picture of the video. Its planes belong to the reconstructor and are valid until the call that delivered it returns: copy what
/// shall stay.
/// </summary>
public sealed class VideoFrame
{
    internal VideoFrame(PixelGrid grid) => Grid = grid;

    /// <summary>The video's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>The slice of time that it shows.</summary>
    public TimeSlice Slice { get; internal set; }

    /// <summary>Provisional or refined.</summary>
    public VideoRevision Revision { get; internal set; }

    /// <summary>Slices between the one that it shows and the one that completed it; 0 when provisional.</summary>
    public int LookAhead { get; internal set; }

    /// <summary>Density of the structure, row-major (y, x); relative units, ≥ 0.</summary>
    public ReadOnlyMemory<float> Density { get; internal set; }

    /// <summary>
    /// For each pixel, the localizations of the last <see cref="VideoOptions.SupportSlices"/> slices (fading) within half a camera pixel of it,
    /// at most 255; row-major. Of the slice that completed the frame.
    /// </summary>
    public ReadOnlyMemory<byte> SupportCount { get; internal set; }

    /// <summary>Slices since the last localization within half a camera pixel; 255: never, or longer ago. Row-major.</summary>
    public ReadOnlyMemory<byte> SupportAge { get; internal set; }

    /// <summary>Refined only: ‖refined − provisional‖ over ‖refined‖, ≥ 0; NaN when provisional.</summary>
    public double Change { get; internal set; } = double.NaN;

    /// <summary>What speaks against it.</summary>
    public TrustReport Trust { get; internal set; } = TrustReport.Good;
}
