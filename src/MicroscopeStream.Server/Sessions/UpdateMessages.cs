using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using Accounting = MicroscopeStream.Pipeline.Accounting;

namespace MicroscopeStream.Server.Sessions;

/// <summary>
/// Updates of a session as the contract says them, for one writer: what comes with every frame is written into messages that
/// are used again.
/// </summary>
/// <param name="session">The session whose updates they are.</param>
/// <param name="view">The part of previews that this writer's reader wants.</param>
internal sealed class UpdateMessages(Session session, PreviewView view)
{
    private readonly Update _update = new();
    private readonly Geometry _geometry = GeometryMessages.ToMessage(session.Specification.Acquisition);
    private readonly Contract.V1.SequenceRange _range = new();
    private readonly Contract.V1.StageTimings _timings = new();
    private readonly Contract.V1.LocalizationBatch _batch = new();

    /// <summary>
    /// Translates an update. The message is valid until the next call, and a raw preview's pixels are not copied: release the
    /// update only after the message was written.
    /// </summary>
    public Update ToMessage(in SessionUpdate update)
    {
        _update.SenderTimestampNs = (ulong)update.SenderTimestampNs;
        _update.Range = null;
        if (!update.Range.IsEmpty)
        {
            (_range.First, _range.Last) = ((ulong)update.Range.First, (ulong)update.Range.Last);
            _update.Range = _range;
        }

        _update.Timings = update.Timings == default ? null : Fill(_timings, update.Timings);
        _update.Geometry = update.Body is Pipeline.Publishing.LocalizationBatch or PreviewPlane ? _geometry : null;
        SetBody(_update, update.Body);
        return _update;
    }

    public static Contract.V1.Notice ToMessage(Pipeline.Publishing.Notice notice) => new()
    {
        Severity = notice.Severity switch
        {
            Pipeline.Publishing.Severity.Info => Contract.V1.Severity.Info,
            Pipeline.Publishing.Severity.Warning => Contract.V1.Severity.Warning,
            _ => Contract.V1.Severity.Error,
        },
        Code = notice.Code,
        Message = notice.Message,
    };

    private void SetBody(Update message, UpdateBody body)
    {
        switch (body)
        {
            case Pipeline.Publishing.LocalizationBatch batch:
                message.Localizations = BatchMessages.Fill(_batch, batch.Rows);
                break;
            case PreviewPlane plane:
                message.Preview = view.ToMessage(plane);
                break;
            case Pipeline.Publishing.Trust trust:
                message.Trust = ToMessage(trust.Report);
                break;
            case Pipeline.Publishing.Notice notice:
                message.Notice = ToMessage(notice);
                break;
            case Pipeline.Publishing.Gap gap:
                message.Gap = new Contract.V1.Gap { First = (ulong)gap.First, Count = (ulong)gap.Count };
                break;
            case Pipeline.Publishing.Drop drop:
                message.Drop = new Contract.V1.Drop { Cause = ReportMessages.ToMessage(drop.Cause), Count = (ulong)drop.Count, Total = (ulong)drop.Total };
                break;
            case VideoPicture picture:
                message.Video = VideoMessages.ToMessage(picture);
                break;
            case DriftUpdate drift:
                message.Drift = ProcessingMessages.ToMessage(drift, ProcessingMessages.KnotsInStream);
                break;
            case ResolutionUpdate resolution:
                message.Resolution = ProcessingMessages.ToMessage(resolution);
                break;
            case StatisticsUpdate statistics:
                message.Statistics = ProcessingMessages.ToMessage(statistics);
                break;
            case Pipeline.Methods.Sim.SimReading reading:
                message.Sim = SimMessages.ToMessage(reading);
                break;
            case Pipeline.Publishing.ResultImage image:
                message.Image = ImageMessages.ToMessage(image);
                break;
            case Accounting.Progress progress:
                message.Progress = ReportMessages.ToMessage(progress);
                break;
            case Accounting.SessionSummary summary:
                message.Summary = ReportMessages.ToMessage(summary);
                break;
            default:
                throw new NotSupportedException($"The contract has no message for {body.GetType().Name}.");
        }
    }

    private static Contract.V1.StageTimings Fill(Contract.V1.StageTimings message, in Pipeline.Publishing.StageTimings timings)
    {
        message.IngestNs = (ulong)timings.IngestNs;
        message.CalibrateNs = (ulong)timings.CalibrateNs;
        message.WindowWaitNs = (ulong)timings.WindowWaitNs;
        message.AssembleNs = (ulong)timings.AssembleNs;
        message.ReconstructNs = (ulong)timings.ReconstructNs;
        message.PublishNs = (ulong)timings.PublishNs;
        return message;
    }

    public static Contract.V1.Trust ToMessage(TrustReport report) => new()
    {
        Level = report.Level switch
        {
            Core.Results.TrustLevel.Good => Contract.V1.TrustLevel.Good,
            Core.Results.TrustLevel.Caution => Contract.V1.TrustLevel.Caution,
            _ => Contract.V1.TrustLevel.Untrusted,
        },
        Reasons = { report.Reasons },
    };
}
