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
    /// Every result of the session, none missed: what came while nobody was connected waits here, and a session whose queue
    /// is full waits for its client. A session that ends while nobody is connected does not wait: what its queue cannot hold
    /// is counted and said in a notice. Messages never make the session wait: when hundreds are waiting, gaps and the drops
    /// of a cause add up to one each, and of progress, verdict and notices of a code the latest stands for those before.
    /// Ends with the summary, always. Do not dispose it: the next connection reads on. What could not be sent:
    /// <see cref="UpdateSubscription.PutBack"/>.
    /// </summary>
    public UpdateSubscription Updates { get; }

    /// <summary>Leaves. Idempotent.</summary>
    public void Dispose() => Session.Disconnect(this);
}
