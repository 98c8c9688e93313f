using System.Globalization;
using MicroscopeStream.Cli.Streaming;

namespace MicroscopeStream.Cli.Display;

/// <summary>One line every two seconds: for logs, pipes and machines without a display.</summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider time) : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task ShowAsync(Func<StreamStatus> measure, CancellationToken until)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(until))
            {
                Write(measure());
            }
        }
        catch (OperationCanceledException)
        {
            Write(measure());
        }
    }

    public void Note(string message) => output.WriteLine(message);

    private void Write(in StreamStatus s) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{s.Elapsed.TotalSeconds,6:f1} s  sent {s.Sent}/{s.FramesExpected}  results {s.Results}  dropped {s.Dropped}  {s.ResultsPerSecond:f1} frames/s{(s.Localizations is { } localizations ? $"  localizations {localizations}" : string.Empty)}  latency p50 {s.LatencyP50:f1} ms, p99 {s.LatencyP99:f1} ms{Image(s)}"));

    private static string Image(in StreamStatus s) => string.Concat(
        s.DriftNm is { } drift ? string.Create(CultureInfo.InvariantCulture, $"  drift {drift:f0} nm") : string.Empty,
        s.Resolution is { } r ? string.Create(CultureInfo.InvariantCulture, $"  resolution {r.Nm:f0} ± {r.UncertaintyNm:f0} nm") : string.Empty);
}
