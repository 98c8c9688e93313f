using System.Globalization;
using System.Text;
using MicroscopeStream.Cli.Tasks;

namespace MicroscopeStream.Cli.Reports;

/// <summary>A report in words.</summary>
internal static class ReportText
{
    internal static string Describe(RunReport report, string? outputPath)
    {
        var text = new StringBuilder();
        Line($"frames         sent {report.Frames.Sent}, received {report.Frames.Received}, processed {report.Frames.Processed}, dropped {report.Frames.Dropped}{Causes(report)}, gaps {report.Frames.Gaps}");
        Line($"rate           {report.Throughput.FramesPerS:f2} frames/s{Asked(report)}, {report.Throughput.MegabytesPerS:f2} MB/s");
        Line($"latency        p50 {report.LatencyMs.Total.P50:f1} ms, p95 {report.LatencyMs.Total.P95:f1} ms, p99 {report.LatencyMs.Total.P99:f1} ms, max {report.LatencyMs.Total.Max:f1} ms (frame due → result here; of it waiting for the window p50 {report.LatencyMs.WindowWait.P50:f1} ms)");
        if (report.Specification.Task == TaskOutputs.Localization)
        {
            Line($"localizations  {report.Localizations}");
        }

        Line($"method         {report.Model}{(report.ModelVersion.Length > 0 ? " " + report.ModelVersion : string.Empty)} on {report.Provider}, {PlanText.Rate(report.Plan.ExpectedMsPerFrame, report.Plan.SustainableFrameRate)}");
        if (report.Drift is { } drift)
        {
            Line($"drift          up to {drift.RangeNm:f0} nm, taken out of superres.tif and localizations-corrected.csv{Residual(drift)}");
        }

        if (report.Sim is { } sim)
        {
            Line($"pattern        carriers {string.Join(", ", sim.CarriersPerUm.Select(c => FormattableString.Invariant($"({c[0]:f3}, {c[1]:f3})")))} /µm, modulation depth {string.Join(", ", sim.ModulationDepth.Select(m => m.ToString("f2", CultureInfo.InvariantCulture)))}{(sim.ModulationContrast is { } contrast ? FormattableString.Invariant($", modulation {contrast:f1} times the noise") : string.Empty)}");
            Line($"resolution     {Nm(report.ResolutionNm?.Widefield)} in the mean of the frames, {Nm(report.ResolutionNm?.Result)} in the result (decorrelation; lens and pattern allow {Nm(sim.LimitNm)})");
        }
        else if (report.ResolutionNm is { Value: { } resolution } found)
        {
            Line($"resolution     {resolution:f1} ± {found.Uncertainty ?? 0:f1} nm by Fourier ring correlation");
        }

        if (report.Score is { } score)
        {
            Line($"score          Jaccard index {score.Ji:f3}, RMSE {score.RmseXyNm:f1} nm, Pearson {score.Pearson:f3} against the simulated truth (border 450 nm, emitters of at least 250 photons)");
        }

        if (report.Trust is { } trust)
        {
            Line($"trust          {trust.Summary}{(trust.Reasons.Count > 0 ? ": " + string.Join(' ', trust.Reasons) : string.Empty)}");
        }

        foreach (string warning in report.Warnings)
        {
            Line($"warning        {warning}");
        }

        foreach (string error in report.Errors)
        {
            Line($"error          {error}");
        }

        if (outputPath is not null && report.Outputs.Count > 0)
        {
            Line($"written        {Path.GetFullPath(outputPath)}: {string.Join(", ", report.Outputs)}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string Nm(double? value) => value is { } nm ? nm.ToString("f0", CultureInfo.InvariantCulture) + " nm" : "none found";

    private static string Residual(DriftReport drift) =>
        drift.ResidualRmsNm is { } residual ? string.Create(CultureInfo.InvariantCulture, $"; {residual:f1} nm RMS from the simulated truth") : string.Empty;

    private static string Asked(RunReport report) =>
        report.Specification.FrameRate is { } rate ? string.Create(CultureInfo.InvariantCulture, $" of {rate} asked") : string.Empty;

    private static string Causes(RunReport report) => report.Frames.DroppedByCause.Count == 0
        ? string.Empty
        : $" ({string.Join(", ", report.Frames.DroppedByCause.Select(c => $"{c.Key} {c.Value}"))})";
}
