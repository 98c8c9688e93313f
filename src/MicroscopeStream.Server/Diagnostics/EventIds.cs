namespace MicroscopeStream.Server.Diagnostics;

/// <summary>Numbers of log events: stable, so that operators can filter by them.</summary>
internal static class EventIds
{
    public const int Listening = 1;
    public const int ShuttingDown = 2;
    public const int Drained = 3;
    public const int DrainTimedOut = 4;
    public const int UnexpectedError = 10;
    public const int StreamStarted = 22;
    public const int StreamEnded = 23;
    public const int StreamBroken = 24;
    public const int ViewerConnected = 26;
    public const int ViewerBroken = 27;
    public const int ViewerGone = 28;
    public const int AccessRefused = 40;
    public const int TokensRead = 41;
    public const int TokensUnreadable = 42;
    public const int ModelFolderMissing = 30;
    public const int ModelBroken = 31;
    public const int ModelLoaded = 32;
}
