namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>
/// When a live session gives up what it holds and goes on with the newest: input that has waited too long is stale, and a
/// method that works from a stale queue would stay behind for ever. A run is a stretch of frames without a frame given up in
/// between; the whole run is given up at once, since its other windows are about as old.
/// </summary>
/// <remarks>Thread-safe. What is newest is never stale: a camera that pauses loses nothing.</remarks>
internal sealed class LivePace(TimeProvider time)
{
    /// <summary>Half of the 500 ms within which a preview is due, the method's own time apart: the other half is for the way.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private const int None = -1;

    private long _start;
    private long _newest = None;
    private int _givenUp = None;

    /// <summary>The last run that was given up; −1: none.</summary>
    public int GivenUpThrough => Volatile.Read(ref _givenUp);

    /// <summary>Waiting counts from now on: until the camera was estimated, frames had to wait.</summary>
    public void Start() => Volatile.Write(ref _start, time.GetTimestamp());

    /// <summary>A newer frame has come.</summary>
    public void Came(long sequence) => Volatile.Write(ref _newest, sequence);

    /// <summary>Whether something that could be worked on since a moment has waited too long.</summary>
    public bool IsStale(long since)
    {
        long from = Math.Max(since, Volatile.Read(ref _start));
        return time.GetElapsedTime(from) > LongestWait;
    }

    /// <summary>Whether a window is to be given up rather than worked on; a stale one takes its run along.</summary>
    /// <param name="run">The run of its target.</param>
    /// <param name="last">The last frame that it could hold: with nothing beyond it, it is the newest.</param>
    /// <param name="completed">When its last frame came.</param>
    public bool GivesUp(int run, long last, long completed)
    {
        if (last >= Volatile.Read(ref _newest))
        {
            return false;
        }

        if (run <= GivenUpThrough)
        {
            return true;
        }

        if (!IsStale(completed))
        {
            return false;
        }

        Volatile.Write(ref _givenUp, run);
        return true;
    }
}
