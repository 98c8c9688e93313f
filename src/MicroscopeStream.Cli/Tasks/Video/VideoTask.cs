using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Tiff;
using LatencyHistogram = MicroscopeStream.Pipeline.Accounting.LatencyHistogram;
using PixelType = MicroscopeStream.Core.Frames.PixelType;

namespace MicroscopeStream.Cli.Tasks.Video;

/// <summary>Writes a video while it comes: as first published, as refined, what it rests on, and an animation of it at the end.</summary>
internal sealed class VideoTask : ITaskOutput
{
    internal const string Name = "video";
    internal const string RefinedTiff = "superres-refined.tif";
    internal const string SupportTiff = "support.tif";
    internal const string ChangeTiff = "change.tif";
    internal const string AnimationPng = "video.png";

    private readonly TaskRun _run;
    private readonly TimeProvider _time;
    private readonly LocalizationOutput _table;
    private readonly VideoSeries _provisional;
    private readonly VideoSeries _refined;
    private readonly VideoSeries _support;
    private readonly SliceTable _slicesTable;
    private readonly VideoAnimation _animation = new();
    private readonly Queue<Waiting> _waiting = new();
    private readonly LatencyHistogram _refinedAfter = new();
    private readonly SortedDictionary<string, long> _cautions = new(StringComparer.Ordinal);
    private readonly double _sliceMs;
    private long _localizations;
    private long _last = -1;
    private long _lastRefined = -1;
    private long _slices;
    private long _bridged;
    private long _restarts;
    private long _refinedCount;
    private int _lookAhead;
    private double _changes;
    private float[]? _changeSum;
    private VideoPicture? _shown;

    internal VideoTask(TaskRun run, TimeProvider time)
    {
        (_run, _time) = (run, time);
        StreamJob job = run.Job;
        SliceFrames = (int)job.Request.Parameters.GetValueOrDefault("slice_frames", 10);
        _sliceMs = job.Rate is { } rate ? SliceFrames * 1000.0 / rate : 0;
        double? interval = _sliceMs > 0 ? _sliceMs : null;
        _table = new LocalizationOutput(run.Folder, LocalizationOutput.Name, job.Table, job.Request.PixelSizeNm);
        _provisional = new VideoSeries(run.Folder, Pictures.SuperResolvedTiff, 1, PixelType.Float32, interval);
        _refined = new VideoSeries(run.Folder, RefinedTiff, 1, PixelType.Float32, interval);
        _slicesTable = new SliceTable(run.Folder);
        _support = new VideoSeries(run.Folder, SupportTiff, 2, PixelType.UInt8, interval);
    }

    private int SliceFrames { get; }

    /// <summary>A frame's first appearance, once.</summary>
    public bool IsResult(SessionUpdate update) => update is VideoUpdate { Picture: { Revision: VideoRevision.Provisional } picture } && picture.Index > _last;

    public void Receive(SessionUpdate update)
    {
        switch (update)
        {
            case LocalizationsUpdate localizations:
                Interlocked.Add(ref _localizations, localizations.Localizations.Count);
                _table.Append([.. localizations.Localizations]);
                break;
            case VideoUpdate { Picture: { Revision: VideoRevision.Refined } picture } when picture.Index > _lastRefined:
                TakeRefined(picture, update.ReceivedTimestamp);
                break;
            case VideoUpdate { Picture: { Revision: VideoRevision.Provisional } picture } when picture.Index > _last:
                TakeProvisional(picture, update.ReceivedTimestamp);
                break;
            default:
                break;
        }
    }

    public StreamStatus Describe(StreamStatus status) => status with { Localizations = Interlocked.Read(ref _localizations) };

    public void Finish(SessionSummary? summary, SuperResolvedImage widefield)
    {
        OutputFolder folder = _run.Folder;
        _table.Finish();
        _provisional.Finish();
        _slicesTable.Finish();
        _support.Finish();

        // What no later slice could refine any more stands in the refined series as it was first published.
        while (_refinedCount > 0 && _waiting.TryDequeue(out Waiting left))
        {
            _refined.Append<float>(left.Grid, left.Density);
        }

        _refined.Finish();
        RgbImage left2 = Pictures.WidefieldColours(widefield);
        folder.Write(Pictures.WidefieldPng, path => Pictures.WritePng(path, left2, widefield.Grid.PixelSizeNm, null));
        if (_shown is null)
        {
            return;
        }

        var last = new SuperResolvedImage(_shown.Grid, _shown.ToDensity());
        RgbImage right = Pictures.SuperResolvedColours(last);
        folder.Write(Pictures.SuperResolvedPng, path => Pictures.WritePng(path, right, last.Grid.PixelSizeNm, null));
        folder.Write(Pictures.ComparisonPng, path => Pictures.WriteComparison(path, left2, right, last.Grid.PixelSizeNm, null));
        folder.Write(AnimationPng, path => _animation.Write(path, _sliceMs > 0 ? _sliceMs : 100));
        if (_changeSum is not null)
        {
            folder.Write(ChangeTiff, path => TiffWriter.WriteImage(path, last.Grid, [.. _changeSum.Select(sum => sum / _refinedCount)]));
        }
    }

    public RunReport Complete(RunReport report) => report with
    {
        Localizations = Interlocked.Read(ref _localizations),
        Specification = report.Specification with { SuperresPixelNm = _run.Plan.OutputPixelSizeNm },
        Video = new VideoSection
        {
            Localizer = _run.Job.Request.Localizer.Length > 0 ? _run.Job.Request.Localizer : "mle",
            SliceFrames = SliceFrames,
            Slices = _slices,
            Bridged = _bridged,
            Restarts = _restarts,
            LookAhead = _lookAhead,
            Refined = _refinedCount,
            RefinedAfterMs = _refinedCount > 0 ? Percentiles.Of(_refinedAfter.Read("refined")) : Percentiles.None,
            MeanChange = _refinedCount > 0 ? Math.Round(_changes / _refinedCount, 4) : null,
            SupportedShare = _shown is null ? null : Math.Round(Supported(_shown), 4),
            Cautions = _cautions,
        },
    };

    public void Dispose()
    {
        _table.Dispose();
        _provisional.Dispose();
        _refined.Dispose();
        _slicesTable.Dispose();
        _support.Dispose();
    }

    private void TakeProvisional(VideoPicture picture, long received)
    {
        _restarts += _slices > 0 && picture.Index != _last + 1 ? 1 : 0;
        _last = picture.Index;
        _slices++;
        _bridged += picture.Frames == 0 ? 1 : 0;
        foreach (string caution in picture.Cautions)
        {
            _cautions[caution] = _cautions.GetValueOrDefault(caution) + 1;
        }

        float[] density = picture.ToDensity();
        _provisional.Append<float>(picture.Grid, density);
        _slicesTable.Append(picture);
        _support.Append<byte>(picture.Grid, [.. picture.SupportCount]);
        _support.Append<byte>(picture.Grid, [.. picture.SupportAge]);
        _animation.Add(picture.Grid, density);
        _shown = picture;

        // Beyond the longest look-ahead there is nothing to come for it.
        _waiting.Enqueue(new Waiting(picture.Index, received, picture.Grid, density));
        while (_refinedCount == 0 && _waiting.Count > MicroscopeStream.Video.VideoOptions.MostLookAhead + 1)
        {
            _waiting.Dequeue();
        }
    }

    private void TakeRefined(VideoPicture picture, long received)
    {
        _lastRefined = picture.Index;
        _lookAhead = picture.LookAhead;
        float[] density = picture.ToDensity();
        while (_waiting.TryPeek(out Waiting first) && first.Index <= picture.Index)
        {
            _waiting.Dequeue();
            if (first.Index == picture.Index)
            {
                _refinedAfter.Record(_time.GetElapsedTime(first.Received, received).Ticks * TimeSpan.NanosecondsPerTick);
                Note(first.Density, density);
            }
            else
            {
                // A gap came before it could be refined.
                _refined.Append<float>(first.Grid, first.Density);
            }
        }

        _refinedCount++;
        _changes += picture.Change is { } change && double.IsFinite(change) ? change : 0;
        _refined.Append<float>(picture.Grid, density);
    }

    private void Note(float[] provisional, float[] refined)
    {
        _changeSum ??= new float[refined.Length];
        for (int i = 0; i < refined.Length; i++)
        {
            _changeSum[i] += Math.Abs(refined[i] - provisional[i]);
        }
    }

    private static double Supported(VideoPicture picture)
    {
        float[] density = picture.ToDensity();
        double all = 0, supported = 0;
        for (int i = 0; i < density.Length; i++)
        {
            all += density[i];
            supported += picture.SupportCount[i] > 0 ? density[i] : 0;
        }

        return all > 0 ? supported / all : 0;
    }

    private readonly record struct Waiting(long Index, long Received, PixelGrid Grid, float[] Density);
}
