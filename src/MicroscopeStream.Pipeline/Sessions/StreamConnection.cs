using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>The place of the one client that streams into a session. Disposing it starts the time for which the session is kept.</summary>
public sealed class StreamConnection : IDisposable
{
    internal StreamConnection(Session session, UpdateSubscription updates)
    {
        Session = session;
        Updates = updates;
    }

    /// <summary>The session.</summary>
    public Session Session { get; }

    /// <summary>
    /// Every update of the session, none missed: what came while nobody was connected waits here, and a session whose queue
    /// is full waits for its client. Ends with the summary. Do not dispose it: the next connection reads on.
    /// </summary>
    public UpdateSubscription Updates { get; }

    /// <summary>Leaves. Idempotent.</summary>
    public void Dispose() => Session.Disconnect(this);
}
