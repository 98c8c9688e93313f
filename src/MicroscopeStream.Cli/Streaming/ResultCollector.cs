using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Tasks;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using LatencyHistogram = MicroscopeStream.Pipeline.Accounting.LatencyHistogram;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>
/// The receiving end of a run: keeps the account, and hands on to the task's output what it keeps.
/// </summary>
/// <remarks>Updates come from one task; <see cref="Measure"/> may be asked from another.</remarks>
internal sealed class ResultCollector
{
    private readonly DueTimes _due;
    private readonly TimeProvider _time;
    private readonly ITaskOutput _output;
    private readonly LatencyHistogram _total = new();
    private readonly List<string> _warnings = [];
    private readonly Lock _lock = new();
    private long _results;
    private long _lastResult;

    /// <param name="due">When the frames were due.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">What is kept of the results.</param>
    internal ResultCollector(DueTimes due, TimeProvider time, ITaskOutput output) => (_due, _time, _output) = (due, time, output);

    /// <summary>What the service last said of itself.</summary>
    internal Progress? LastProgress { get; private set; }

    /// <summary>The verdict as last told; null: none was.</summary>
    internal Core.Results.TrustReport? LastTrust { get; private set; }

    /// <summary>Frames dropped so far.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Every warning so far, once each.</summary>
    internal IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_lock)
            {
                return [.. _warnings];
            }
        }
    }

    /// <summary>Raised once for each new warning, on the receiving task.</summary>
    internal event Action<string>? Warned;

    internal void Receive(SessionUpdate update)
    {
        if (_output.IsResult(update))
        {
            lock (_lock)
            {
                CountResults(update);
            }
        }

        _output.Receive(update);
        switch (update)
        {
            case NoticeUpdate { Notice.Severity: Severity.Warning or Severity.Error } notice:
                Warn(notice.Notice.Message);
                break;
            case DropUpdate drop:
                Dropped += drop.Count;
                break;
            case TrustUpdate trust:
                LastTrust = trust.Trust;
                break;
            case ProgressUpdate progress:
                LastProgress = progress.Progress;
                break;
            default:
                break;
        }
    }

    internal void Warn(string message)
    {
        lock (_lock)
        {
            if (_warnings.Contains(message))
            {
                return;
            }

            _warnings.Add(message);
        }

        Warned?.Invoke(message);
    }

    internal (long Results, double P50, double P99) Measure()
    {
        lock (_lock)
        {
            return (_results, _total.Percentile(0.5) / 1e6, _total.Percentile(0.99) / 1e6);
        }
    }

    /// <summary>From the moment a frame was due until its result was here.</summary>
    internal Percentiles TotalLatency()
    {
        lock (_lock)
        {
            return Percentiles.Of(_total.Read("total"));
        }
    }

    /// <summary>Rates since the first frame was due.</summary>
    internal ThroughputReport Throughput(long firstDue, int frameBytes)
    {
        lock (_lock)
        {
            if (_results == 0)
            {
                return new ThroughputReport(0, 0, 0);
            }

            // n results span n − 1 intervals; the part of the way that even the fastest frame needs is latency, not rate.
            double duration = _time.GetElapsedTime(firstDue, _lastResult).TotalSeconds;
            double span = duration - (_total.Minimum / 1e9);
            double rate = _results > 1 && span > 0 ? (_results - 1) / span : _results / duration;
            return new ThroughputReport(Math.Round(rate, 3), Math.Round(rate * frameBytes * 1e-6, 3), Math.Round(duration, 3));
        }
    }

    private void CountResults(SessionUpdate update)
    {
        while (_due.TryTake(update.FirstFrame, update.LastFrame, out long due))
        {
            _total.Record(_time.GetElapsedTime(due, update.ReceivedTimestamp).Ticks * TimeSpan.NanosecondsPerTick);
            _results++;
            _lastResult = update.ReceivedTimestamp;
        }
    }
}
