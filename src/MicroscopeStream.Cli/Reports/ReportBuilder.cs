using System.Runtime.InteropServices;
using System.Text.Json;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Cli.Reports;

/// <summary>Puts report.json together.</summary>
internal static class ReportBuilder
{
    internal const string FileName = "report.json";
    private const string WindowWait = "window_wait";
    private const string Total = "total";

    internal static RunReport Build(StreamJob job, StreamRunner.Run run, OutputFolder folder, DateTimeOffset started, TimeProvider time)
    {
        SessionSummary? summary = run.Summary;
        Plan plan = run.Session.Plan;
        return new RunReport
        {
            Frames = Frames(run),
            LatencyMs = new LatencyReport
            {
                Total = run.Collector.TotalLatency(),
                WindowWait = Stages(summary).GetValueOrDefault(WindowWait, Percentiles.None),
                Stages = new(Stages(summary).Where(s => s.Key is not (WindowWait or Total)).ToDictionary(), StringComparer.Ordinal),
            },
            Throughput = run.Collector.Throughput(run.FirstDue ?? time.GetTimestamp(), job.Request.FrameBytes),
            Provider = summary?.Provider ?? run.Collector.LastProgress?.Provider ?? plan.Provider?.Used ?? string.Empty,
            Model = plan.Method,
            ModelVersion = plan.MethodVersion,
            Trust = TrustSection.Of(run.Collector.LastTrust),
            Warnings = [.. run.Collector.Warnings.Concat(summary?.Warnings ?? []).Distinct()],
            Specification = Specification(job) with { Task = run.Task },
            Plan = new PlanReport(
                (int)plan.WindowFrames, (int)plan.LookAheadFrames, Finite(plan.ExpectedMsPerFrame), Finite(plan.SustainableFrameRate), (int)plan.BufferFrames,
                plan.Provider?.Requested ?? string.Empty, plan.Provider?.Used ?? string.Empty, [.. plan.Provider?.Reasons ?? []]),
            Environment = new EnvironmentReport(
                MstreamCommand.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, Environment.ProcessorCount, started.ToString("O")),
            Outputs = folder.Wanted ? [.. folder.Written, FileName] : [],
            Errors = [.. run.Failures.Select(f => f.Message), .. folder.Problems],
            Interrupted = run.Interrupted,
            Reconnects = run.Session.Reconnects,
        };
    }

    internal static void Write(string path, RunReport report) => File.WriteAllText(path, Serialize(report));

    internal static string Serialize(RunReport report) => JsonSerializer.Serialize(report, ReportJson.Readable.RunReport) + "\n";

    private static FrameReport Frames(StreamRunner.Run run)
    {
        FrameCounts counts = run.Summary?.Frames ?? run.Collector.LastProgress?.Frames ?? new FrameCounts();
        var byCause = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (DropCount drop in counts.DroppedByCause.Where(d => d.Count > 0))
        {
            byCause[JsonNamingPolicy.SnakeCaseLower.ConvertName(drop.Cause.ToString())] = (long)drop.Count;
        }

        return new FrameReport
        {
            Sent = run.Session.FramesSent,
            Received = (long)counts.Received,
            Processed = (long)counts.Processed,
            Dropped = (long)counts.Dropped,
            DroppedByCause = byCause,
            Gaps = (long)counts.Gaps,
            Missing = (long)counts.Missing,
        };
    }

    private static Dictionary<string, Percentiles> Stages(SessionSummary? summary) => (summary?.Latency ?? []).ToDictionary(
        l => l.Stage,
        l => new Percentiles(Round(l.P50Ms), Round(l.P95Ms), Round(l.P99Ms), Round(l.MaxMs)));

    private static SpecificationReport Specification(StreamJob job) => new()
    {
        Input = job.Source.Name,
        Width = job.Request.Width,
        Height = job.Request.Height,
        PixelType = job.Request.PixelType.ToString().ToLowerInvariant(),
        PixelSizeNm = job.Request.PixelSizeNm,
        FrameRate = job.Rate,
        Policy = job.Request.Policy.ToString().ToLowerInvariant(),
        Task = job.Request.Task,
        Server = job.Server,
        Camera = job.Request.Camera is { } c
            ? new CameraReport(
                c.Kind.ToString().ToLowerInvariant(), c.BaselineAdu, c.ElectronsPerAdu, c.EmGain, c.QuantumEfficiency, c.ReadNoiseElectrons,
                c.Estimated)
            : null,
        SuperresPixelNm = job.SuperResolvedGrid.PixelSizeNm,
    };

    // A method that costs nothing measurable holds any rate: there is no number for that.
    private static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 3) : null;

    private static double Round(double ms) => Math.Round(ms, 3);
}
