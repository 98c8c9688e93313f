using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroscopeStream.Cli.Reports;

/// <summary>report.json: the account of one run. Names in the file are snake_case; durations in ms.</summary>
internal sealed record RunReport
{
    public required FrameReport Frames { get; init; }

    public required LatencyReport LatencyMs { get; init; }

    public required ThroughputReport Throughput { get; init; }

    /// <summary>Localizations that the client holds.</summary>
    public long Localizations { get; init; }

    /// <summary>Execution provider that ran last.</summary>
    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>How far the sample moved; null where that was not asked for or nothing became known.</summary>
    public DriftReport? Drift { get; init; }

    /// <summary>The resolution that the localizations support; null where none was estimated.</summary>
    public ResolutionReport? ResolutionNm { get; init; }

    /// <summary>How far the results may be believed; null where no verdict came.</summary>
    public TrustSection? Trust { get; init; }

    /// <summary>What was measured of structured illumination; only for its task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SimSection? Sim { get; init; }

    /// <summary>The video; null for other tasks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Tasks.Video.VideoSection? Video { get; init; }

    /// <summary>The run in slices of time.</summary>
    public IReadOnlyList<SliceReport> Statistics { get; init; } = [];

    // What follows is there to understand a figure by; scripts rely on what is above.
    public required string ModelVersion { get; init; }

    public required SpecificationReport Specification { get; init; }

    public required PlanReport Plan { get; init; }

    public required EnvironmentReport Environment { get; init; }

    /// <summary>Files written, relative to the output folder.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>What went wrong, one sentence each; empty when nothing did.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Whether the run was interrupted before the end of its input.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>Broken connections that were mended.</summary>
    public required int Reconnects { get; init; }

    /// <summary>Comparison with the simulated truth; only where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScoreReport? Score { get; init; }
}

/// <summary>Frame counts: sent as this client counts, the rest as the service does.</summary>
internal sealed record FrameReport
{
    public required long Sent { get; init; }

    public required long Received { get; init; }

    public required long Processed { get; init; }

    public required long Dropped { get; init; }

    public required SortedDictionary<string, long> DroppedByCause { get; init; }

    public required long Gaps { get; init; }

    /// <summary>Frames missing in the gaps.</summary>
    public required long Missing { get; init; }
}

internal sealed record LatencyReport
{
    /// <summary>From the moment a frame was due until this client held its result.</summary>
    public required Percentiles Total { get; init; }

    /// <summary>Waiting for the other frames that the method needs.</summary>
    public required Percentiles WindowWait { get; init; }

    /// <summary>By stage of the service.</summary>
    public required SortedDictionary<string, Percentiles> Stages { get; init; }
}

/// <summary>Percentiles of one duration, ms.</summary>
internal sealed record Percentiles(double P50, double P95, double P99, double Max)
{
    internal static Percentiles None { get; } = new(0, 0, 0, 0);

    internal static Percentiles Of(Pipeline.Accounting.LatencyPercentiles latency) =>
        new(Math.Round(latency.P50Ms, 3), Math.Round(latency.P95Ms, 3), Math.Round(latency.P99Ms, 3), Math.Round(latency.MaxMs, 3));
}

/// <summary>Rates over the time from the first frame's due moment to the last result, the smallest latency of a frame left out of
/// it.</summary>
internal sealed record ThroughputReport(double FramesPerS, double MegabytesPerS, double DurationS);

internal sealed record SpecificationReport
{
    public required string Input { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string PixelType { get; init; }

    public required double PixelSizeNm { get; init; }

    /// <summary>Asked frames per second; null: as fast as possible.</summary>
    public required double? FrameRate { get; init; }

    public required string Policy { get; init; }

    public required string Task { get; init; }

    public required string Server { get; init; }

    public required CameraReport? Camera { get; init; }

    public required double SuperresPixelNm { get; init; }
}

internal sealed record CameraReport(
    string Kind, double BaselineAdu, double ElectronsPerAdu, double EmGain, double QuantumEfficiency, double ReadNoiseElectrons, bool Estimated);

internal sealed record PlanReport(
    int WindowFrames, int LookAheadFrames, double? ExpectedMsPerFrame, double? SustainableFrameRate, int BufferFrames,
    string ProviderRequested, string ProviderUsed, IReadOnlyList<string> ProviderReasons);

internal sealed record EnvironmentReport(string Version, string Framework, string OperatingSystem, int Processors, string Started);

/// <summary>Scores by the localization challenge's rules, and the rendered images' correlation; null: not known (no match, no σ).</summary>
internal sealed record ScoreReport
{
    public required double Ji { get; init; }

    public required double Precision { get; init; }

    public required double Recall { get; init; }

    public required double? RmseXyNm { get; init; }

    public required double? Efficiency { get; init; }

    public required double? Pearson { get; init; }

    public required long TruePositives { get; init; }

    public required long FalsePositives { get; init; }

    public required long FalseNegatives { get; init; }

    public required double? MeanErrorXNm { get; init; }

    public required double? MeanErrorYNm { get; init; }

    /// <summary>Only where z counts.</summary>
    public double? RmseZNm { get; init; }

    public double? EfficiencyZ { get; init; }

    public double? ZScoreStdZ { get; init; }

    /// <summary>The same figures for the frames of each density; empty where all frames are of one.</summary>
    public IReadOnlyList<DensityScoreReport> Densities { get; init; } = [];

    /// <summary>Standard deviation of the error along x divided by the predicted σ: 1 is honest.</summary>
    public required double? ZScoreStdX { get; init; }

    public required double? ZScoreStdY { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(ScoreReport))]
[JsonSerializable(typeof(VideoScoreReport))]
[JsonSerializable(typeof(DriftScoreReport))]
[JsonSerializable(typeof(Commands.ImageScoreReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>µ and ± as themselves: the file is read by people, and never pasted into HTML.</summary>
    internal static ReportJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
