using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Tables;
using LatencyHistogram = MicroscopeStream.Pipeline.Accounting.LatencyHistogram;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>
/// The receiving end of a run: keeps the account, writes localizations.csv, draws the super-resolved image at the end.
/// </summary>
/// <remarks>Updates come from one task; <see cref="Measure"/> may be asked from another.</remarks>
internal sealed class ResultCollector : IDisposable
{
    private readonly DueTimes _due;
    private readonly TimeProvider _time;
    private readonly bool _localizes;
    private readonly LocalizationOutput? _file;
    private readonly LocalizationSpool? _spool;
    private readonly SuperResolution? _image;
    private readonly CorrectedOutput? _corrected;
    private readonly LatencyHistogram _total = new();
    private readonly List<string> _warnings = [];
    private readonly Lock _lock = new();
    private long _results;
    private long _localizations;
    private long _lastResult;

    /// <param name="job">What is streamed.</param>
    /// <param name="due">When the frames were due.</param>
    /// <param name="time">The clock.</param>
    /// <param name="folder">Where localizations.csv goes.</param>
    /// <param name="keepTable">Whether the localizations are wanted as a table at the end.</param>
    internal ResultCollector(StreamJob job, DueTimes due, TimeProvider time, OutputFolder folder, bool keepTable)
    {
        _due = due;
        _time = time;
        Table = keepTable ? new LocalizationTable() : null;
        _localizes = job.Request.Task == "localization";
        if (_localizes && folder.Wanted)
        {
            _file = new LocalizationOutput(folder, LocalizationOutput.Name, job.Table, job.Request.PixelSizeNm);
            _spool = new LocalizationSpool(folder.Path!);
            _corrected = new CorrectedOutput(folder, job.Filter, job.Linking, job.Table, job.Request.PixelSizeNm);
            _image = new SuperResolution(job.SuperResolvedGrid, job.Colour);
        }
    }

    /// <summary>Every localization; null unless asked for.</summary>
    internal LocalizationTable? Table { get; }

    /// <summary>What the service last said of itself.</summary>
    internal Progress? LastProgress { get; private set; }

    /// <summary>The drift as last told; null: none is known.</summary>
    internal Drift? LastDrift { get; private set; }

    /// <summary>The resolution as last told; null: none was.</summary>
    internal Resolution? LastResolution { get; private set; }

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
        switch (update)
        {
            case LocalizationsUpdate localizations:
                Receive(localizations);
                break;
            case PreviewUpdate preview when !_localizes:
                lock (_lock)
                {
                    CountResults(preview);
                }

                break;
            case NoticeUpdate { Notice.Severity: Severity.Warning or Severity.Error } notice:
                Warn(notice.Notice.Message);
                break;
            case DropUpdate drop:
                Dropped += drop.Count;
                break;
            case DriftUpdate drift:
                LastDrift = drift.Drift;
                break;
            case ResolutionUpdate resolution:
                LastResolution = resolution.Resolution;
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

    internal (long Results, long Localizations, double P50, double P99) Measure()
    {
        lock (_lock)
        {
            return (_results, _localizations, _total.Percentile(0.5) / 1e6, _total.Percentile(0.99) / 1e6);
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

    /// <summary>The super-resolved image; null when none is wanted.</summary>
    internal SuperResolution? Image => _image;

    /// <summary>Closes localizations.csv; then draws, and writes what is corrected.</summary>
    /// <param name="drift">The drift at the end; null: none is known.</param>
    internal void Finish(DriftCurve? drift)
    {
        _file?.Finish();
        _corrected?.Write(_spool!, drift, _image!.Renderer);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _spool?.Dispose();
    }

    private void Receive(LocalizationsUpdate update)
    {
        Core.Results.Localization[] rows = [.. update.Localizations];
        lock (_lock)
        {
            CountResults(update);
            _localizations += rows.Length;
        }

        Table?.Append(rows);
        _spool?.Append(rows);
        _image?.See(rows);
        _file?.Append(rows);
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
