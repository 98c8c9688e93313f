using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Server.Viewing;

/// <summary>
/// The newest preview of each kind, and how many are on their way to a viewer: newer ones replace those that wait, and the newest
/// stays, so that another region of it can be sent when nothing new comes.
/// </summary>
/// <remarks>Not thread-safe, except for <see cref="Acknowledge"/>.</remarks>
internal sealed class PreviewFlow
{
    /// <summary>Two of each of two kinds: one is shown while the next travels.</summary>
    private const int MostInFlight = 4;

    private readonly Place[] _places = new Place[(int)Enum.GetValues<PreviewKind>().Max() + 1];
    private long _acknowledged;
    private int _last;

    /// <summary>Previews sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Previews that were replaced before they were sent.</summary>
    public long Replaced { get; private set; }

    /// <summary>Whether a preview waits to be sent.</summary>
    public bool Waits => Array.Exists(_places, static place => place.Waits);

    /// <summary>Takes an update that carries a preview, with its reference.</summary>
    public void Put(in SessionUpdate update)
    {
        ref Place place = ref _places[(int)((PreviewPlane)update.Body).Kind];
        Replaced += place.Waits ? 1 : 0;
        place.Update?.Release();
        place = new Place(update, Waits: true);
    }

    /// <summary>The next preview to send, if the viewer has room. It stays here: do not release it.</summary>
    public SessionUpdate? Next()
    {
        if (Sent - Interlocked.Read(ref _acknowledged) >= MostInFlight)
        {
            return null;
        }

        // In turn: where only one fits at a time, no kind may starve those behind it.
        for (int i = 1; i <= _places.Length; i++)
        {
            int kind = (_last + i) % _places.Length;
            ref Place place = ref _places[kind];
            if (place.Waits)
            {
                place = place with { Waits = false };
                _last = kind;
                Sent++;
                return place.Update;
            }
        }

        return null;
    }

    /// <summary>The viewer took previews over.</summary>
    /// <param name="previews">How many so far. More than were sent, or fewer than before, change nothing for the worse.</param>
    public void Acknowledge(ulong previews) => Interlocked.Exchange(ref _acknowledged, Math.Max(Interlocked.Read(ref _acknowledged), (long)Math.Min(previews, long.MaxValue)));

    /// <summary>Sends what is there once more: the viewer wants another part of it.</summary>
    public void Again()
    {
        foreach (ref Place place in _places.AsSpan())
        {
            place = place with { Waits = place.Update is not null };
        }
    }

    /// <summary>Forgets what is there: another session comes.</summary>
    public void Clear()
    {
        foreach (ref Place place in _places.AsSpan())
        {
            place.Update?.Release();
            place = default;
        }
    }

    private readonly record struct Place(SessionUpdate? Update, bool Waits);
}
