namespace MicroscopeStream.Client;

/// <summary>What a client needs to take up a session again, also from another process: keep it where only the client can read it.</summary>
/// <param name="SessionId">Session id.</param>
/// <param name="ResumeToken">The session's secret: who has it can stream into the session and close it.</param>
/// <param name="FrameBytes">Bytes of one frame.</param>
/// <param name="ReconnectFor">As in <see cref="AcquisitionRequest.ReconnectFor"/>.</param>
/// <param name="ResendBufferBytes">As in <see cref="AcquisitionRequest.ResendBufferBytes"/>.</param>
public sealed record SessionTicket(string SessionId, string ResumeToken, int FrameBytes, TimeSpan ReconnectFor, long ResendBufferBytes)
{
    /// <summary>The ticket without its secret.</summary>
    public override string ToString() => $"session {SessionId}";
}
