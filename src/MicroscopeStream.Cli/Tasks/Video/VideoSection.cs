using MicroscopeStream.Cli.Reports;

namespace MicroscopeStream.Cli.Tasks.Video;

/// <summary>The video's section of report.json. Durations in ms.</summary>
internal sealed record VideoSection
{
    /// <summary>Localizer that fed it.</summary>
    public required string Localizer { get; init; }

    /// <summary>Camera frames per slice.</summary>
    public required int SliceFrames { get; init; }

    /// <summary>Slices published, and pages of superres.tif.</summary>
    public required long Slices { get; init; }

    /// <summary>Of them, slices without a camera frame that bridge a gap.</summary>
    public required long Bridged { get; init; }

    /// <summary>Times that a long gap, or a slice that failed, left slices out.</summary>
    public required long Restarts { get; init; }

    /// <summary>Slices by which refined frames trail; 0: none were made.</summary>
    public required int LookAhead { get; init; }

    /// <summary>Frames refined.</summary>
    public required long Refined { get; init; }

    /// <summary>From a frame's first appearance to its refined one.</summary>
    public required Percentiles RefinedAfterMs { get; init; }

    /// <summary>Mean of ‖refined − provisional‖ over ‖refined‖; null: nothing was refined.</summary>
    public required double? MeanChange { get; init; }

    /// <summary>Share of the last frame's light that lies where a localization came within the last slices.</summary>
    public required double? SupportedShare { get; init; }

    /// <summary>What was said against frames, and against how many.</summary>
    public required SortedDictionary<string, long> Cautions { get; init; }
}
