using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tasks;

/// <summary>Writes localizations while they come; draws the super-resolved image, with the drift taken out of it, at the end.</summary>
internal sealed class LocalizationTask : ITaskOutput
{
    private readonly TaskRun _run;
    private readonly LocalizationTable? _table;
    private readonly LocalizationOutput? _file;
    private readonly LocalizationSpool? _spool;
    private readonly SuperResolution? _image;
    private readonly CorrectedOutput? _corrected;
    private long _localizations;
    private volatile Drift? _drift;
    private volatile Resolution? _resolution;
    private SessionSummary? _summary;
    private DriftCurve? _curve;

    internal LocalizationTask(TaskRun run)
    {
        _run = run;
        (StreamJob job, OutputFolder folder) = (run.Job, run.Folder);
        _table = run.Score is null ? null : new LocalizationTable();
        if (folder.Wanted)
        {
            _file = new LocalizationOutput(folder, LocalizationOutput.Name, job.Table, job.Request.PixelSizeNm);
            _spool = new LocalizationSpool(folder.Path!);
            _corrected = new CorrectedOutput(folder, job.Filter, job.Linking, job.Table, job.Request.PixelSizeNm);
            _image = new SuperResolution(job.SuperResolvedGrid, job.Colour);
        }
    }

    public bool IsResult(SessionUpdate update) => update is LocalizationsUpdate;

    public void Receive(SessionUpdate update)
    {
        switch (update)
        {
            case LocalizationsUpdate localizations:
                Append([.. localizations.Localizations]);
                break;
            case DriftUpdate drift:
                _drift = drift.Drift;
                break;
            case ResolutionUpdate resolution:
                _resolution = resolution.Resolution;
                break;
            default:
                break;
        }
    }

    public StreamStatus Describe(StreamStatus status) => status with
    {
        Localizations = Interlocked.Read(ref _localizations),
        DriftNm = _drift is { XNm.Count: > 0 } drift ? double.Hypot(drift.XNm[^1] - drift.XNm[0], drift.YNm[^1] - drift.YNm[0]) : null,
        Resolution = _resolution is { } found && double.IsFinite(found.ResolutionNm) ? (found.ResolutionNm, found.UncertaintyNm) : null,
    };

    public void Finish(SessionSummary? summary, SuperResolvedImage widefield)
    {
        _summary = summary;
        _curve = DriftReports.Curve(summary?.Drift ?? _drift);
        _file?.Finish();
        _corrected?.Write(_spool!, _curve, _image!.Renderer);
        Pictures.Write(_run.Folder, _image, widefield);
    }

    public RunReport Complete(RunReport report) => report with
    {
        Localizations = Interlocked.Read(ref _localizations),
        Score = _table is null ? null : _run.Score!(_table),
        Drift = DriftReports.Drift(_run.Job, _summary?.Drift ?? _drift, _curve),
        ResolutionNm = DriftReports.Resolution(_summary?.Resolution ?? _resolution),
        Statistics = DriftReports.Statistics(_summary?.Statistics),
    };

    public void Dispose()
    {
        _file?.Dispose();
        _spool?.Dispose();
    }

    private void Append(Localization[] rows)
    {
        Interlocked.Add(ref _localizations, rows.Length);
        _table?.Append(rows);
        _spool?.Append(rows);
        _image?.See(rows);
        _file?.Append(rows);
    }
}
