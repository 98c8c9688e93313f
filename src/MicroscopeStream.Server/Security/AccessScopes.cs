namespace MicroscopeStream.Server.Security;

/// <summary>What the holder of a token may do.</summary>
[Flags]
internal enum AccessScopes
{
    /// <summary>Nothing but asking whether the service is healthy.</summary>
    None = 0,

    /// <summary>See: sessions, previews, localizations, decisions, models, metrics.</summary>
    Watch = 1,

    /// <summary>Open sessions, stream frames into them, end them.</summary>
    Stream = 2,

    /// <summary>Intervene in sessions that somebody else opened: end them, with their token.</summary>
    Control = 4,

    /// <summary>Everything, and what describes the service itself: reflection.</summary>
    Admin = 8,
}
