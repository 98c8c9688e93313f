using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Publishing;
using Accounting = MicroscopeStream.Pipeline.Accounting;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Updates of a session as the contract says them.</summary>
internal static class UpdateMessages
{
    /// <summary>
    /// Translates an update. A raw preview's pixels are not copied: release the update only after the message was written.
    /// </summary>
    public static Update ToMessage(in SessionUpdate update)
    {
        var message = new Update { SenderTimestampNs = (ulong)update.SenderTimestampNs };
        if (!update.Range.IsEmpty)
        {
            message.Range = new Contract.V1.SequenceRange { First = (ulong)update.Range.First, Last = (ulong)update.Range.Last };
        }

        if (update.Timings != default)
        {
            message.Timings = ToMessage(update.Timings);
        }

        SetBody(message, update.Body);
        return message;
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

    private static void SetBody(Update message, UpdateBody body)
    {
        switch (body)
        {
            case Pipeline.Publishing.LocalizationBatch batch:
                message.Localizations = BatchMessages.ToMessage(batch.Rows);
                break;
            case PreviewPlane plane:
                message.Preview = PreviewMessages.ToMessage(plane);
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

    private static Contract.V1.StageTimings ToMessage(Pipeline.Publishing.StageTimings timings) => new()
    {
        IngestNs = (ulong)timings.IngestNs,
        CalibrateNs = (ulong)timings.CalibrateNs,
        WindowWaitNs = (ulong)timings.WindowWaitNs,
        AssembleNs = (ulong)timings.AssembleNs,
        ReconstructNs = (ulong)timings.ReconstructNs,
        PublishNs = (ulong)timings.PublishNs,
    };

    private static Contract.V1.Trust ToMessage(TrustReport report) => new()
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
