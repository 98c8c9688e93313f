using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>Latency by stage, over the whole session and since the last progress. Recording allocates nothing.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class LatencyLedger
{
    private static readonly string[] Names =
        [Stages.Ingest, Stages.Calibrate, Stages.Assemble, Stages.Reconstruct, Stages.Publish, Stages.Total, Stages.WindowWait];

    private readonly Lock _lock = new();
    private readonly PipelineInstruments? _instruments;
    private readonly LatencyHistogram[] _session = [.. Names.Select(_ => new LatencyHistogram())];
    private readonly LatencyHistogram[] _interval = [.. Names.Select(_ => new LatencyHistogram())];

    /// <summary>Starts empty.</summary>
    public LatencyLedger()
    {
    }

    internal LatencyLedger(PipelineInstruments instruments) => _instruments = instruments;

    /// <summary>Counts one frame.</summary>
    public void Record(in StageTimings timings)
    {
        lock (_lock)
        {
            Count(0, timings.IngestNs);
            Count(1, timings.CalibrateNs);
            Count(2, timings.AssembleNs);
            Count(3, timings.ReconstructNs);
            Count(4, timings.PublishNs);
            Count(5, timings.TotalNs);
            Count(6, timings.WindowWaitNs);
        }
    }

    /// <summary>Percentiles over the whole session, one entry per stage; empty when nothing was counted.</summary>
    public IReadOnlyList<LatencyPercentiles> ReadSession()
    {
        lock (_lock)
        {
            return Read(_session);
        }
    }

    /// <summary>Percentiles since the last call; empty when nothing was counted.</summary>
    public IReadOnlyList<LatencyPercentiles> TakeInterval()
    {
        lock (_lock)
        {
            IReadOnlyList<LatencyPercentiles> percentiles = Read(_interval);
            foreach (LatencyHistogram histogram in _interval)
            {
                histogram.Reset();
            }

            return percentiles;
        }
    }

    private static LatencyPercentiles[] Read(LatencyHistogram[] histograms) =>
        histograms[0].Count == 0 ? [] : [.. histograms.Select((histogram, i) => histogram.Read(Names[i]))];

    private void Count(int stage, long nanoseconds)
    {
        _session[stage].Record(nanoseconds);
        _interval[stage].Record(nanoseconds);
        _instruments?.Took(Names[stage], nanoseconds);
    }
}
