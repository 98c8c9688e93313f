using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Server.Sessions;

/// <summary>A session at a glance, as the contract says it.</summary>
internal static class SessionMessages
{
    public static SessionInfo ToMessage(Session session)
    {
        AcquisitionSpecification acquisition = session.Specification.Acquisition;
        return new SessionInfo
        {
            SessionId = session.Id,
            Name = acquisition.Name,
            Task = session.Plan.Task,
            Method = session.Plan.Method,
            MethodVersion = session.Plan.MethodVersion,
            Streaming = session.Streaming,
            Progress = ReportMessages.ToMessage(session.GetProgress()),
            Width = (uint)acquisition.Width,
            Height = (uint)acquisition.Height,
            PixelSizeNm = acquisition.PixelSizeNm,
            FrameRate = acquisition.FrameRate,
            Geometry = GeometryMessages.ToMessage(acquisition),
            Trust = session.Trust is { } trust ? UpdateMessages.ToMessage(trust) : null,
            Sim = session.Sim is { } reading ? SimMessages.ToMessage(reading) : null,
            Video = session.Video.Provisional is { } provisional ? VideoMessages.ToMessage(provisional) : null,
            Refined = session.Video.Refined is { } refined ? VideoMessages.ToMessage(refined) : null,
        };
    }
}
