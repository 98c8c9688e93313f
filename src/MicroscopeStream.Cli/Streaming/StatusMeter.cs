using MicroscopeStream.Cli.Tasks;
using MicroscopeStream.Client;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>Takes the measure of a run for those who watch it. Asked from one task.</summary>
internal sealed class StatusMeter(StreamJob job, AcquisitionSession session, ResultCollector collector, ITaskOutput output, TimeProvider time)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);
    private readonly long _start = time.GetTimestamp();
    private (long At, long Results) _mark = (time.GetTimestamp(), 0);
    private double? _rate;

    internal StreamStatus Measure()
    {
        (long results, double p50, double p99) = collector.Measure();
        long now = time.GetTimestamp();
        TimeSpan since = time.GetElapsedTime(_mark.At, now);
        if (since >= RateWindow)
        {
            _rate = (results - _mark.Results) / since.TotalSeconds;
            _mark = (now, results);
        }

        return output.Describe(new StreamStatus
        {
            Source = job.Source.Name,
            Method = session.Plan.Method,
            Provider = collector.LastProgress?.Provider is { Length: > 0 } provider
                ? provider
                : session.Plan.Provider?.Used ?? string.Empty,
            Elapsed = time.GetElapsedTime(_start, now),
            FramesExpected = job.Source.FrameCount,
            Sent = session.FramesSent,
            Results = results,
            Dropped = collector.Dropped,
            ResultsPerSecond = _rate ?? results / Math.Max(1e-3, time.GetElapsedTime(_start, now).TotalSeconds),
            LatencyP50 = p50,
            LatencyP99 = p99,
        });
    }
}
