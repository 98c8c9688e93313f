namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>What a service lends to sessions. Immutable.</summary>
public sealed record SessionManagerOptions
{
    /// <summary>Sessions at a time, ≥ 1. Default 16.</summary>
    public int MostSessions { get; init; } = 16;

    /// <summary>
    /// Bytes of frame buffers, preview images, camera maps and the methods' own windows of all sessions together. Default 4 GiB.
    /// </summary>
    public long MostBufferBytes { get; init; } = 4L << 30;

    /// <summary>How long a session is kept without a client: before the first stream, after a broken connection, after its end. Default 2 minutes.</summary>
    public TimeSpan KeepDisconnected { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often sessions without a client are looked at. Default 1 s.</summary>
    public TimeSpan SweepPeriod { get; init; } = TimeSpan.FromSeconds(1);
}
