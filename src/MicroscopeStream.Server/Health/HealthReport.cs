using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Models;
using BrokenModel = MicroscopeStream.Contract.V1.BrokenModel;

namespace MicroscopeStream.Server.Health;

/// <summary>What is wrong while the service serves: it says degraded, and why, in sentences for whoever looks after it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HealthReport(SessionManager sessions, ModelShelf shelf, MicroscopeStreamServerOptions options)
{
    /// <summary>Drops are news for this long.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    private static readonly DropCause[] OurFault = [DropCause.BuffersFull, DropCause.Stale, DropCause.Failed];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Dropped, long Since)> _seen = [];

    /// <summary>The reasons; none: all is well.</summary>
    public IReadOnlyList<string> Reasons()
    {
        List<string> reasons = [.. shelf.Broken.Select(Sentence)];
        Session[] open = [.. sessions.Sessions.Where(session => session.State != SessionState.Ended)];
        lock (_lock)
        {
            foreach (string gone in _seen.Keys.Except(open.Select(session => session.Id)).ToArray())
            {
                _seen.Remove(gone);
            }

            foreach (Session session in open)
            {
                Progress progress = session.GetProgress();
                string asked = session.Plan.Provider.Requested;
                if (asked != "auto" && asked != progress.Provider)
                {
                    reasons.Add($"Session {NameOf(session)} runs on {progress.Provider} instead of {asked}.");
                }

                if (DropsLately(session.Id, progress.Frames) is > 0 and { } dropped)
                {
                    reasons.Add($"Session {NameOf(session)} drops frames: the service was behind or the method failed ({dropped} so far).");
                }
            }
        }

        return reasons;
    }

    private static string Sentence(BrokenModel model) => $"Model folder {model.Folder} cannot be used: {string.Join(' ', model.Problems)}";

    private static string NameOf(Session session) =>
        session.Specification.Acquisition.Name is { Length: > 0 } name ? $"'{name}'" : session.Id[..8];

    private long DropsLately(string session, FrameCounts frames)
    {
        long dropped = frames.DroppedByCause.Where(drop => OurFault.Contains(drop.Cause)).Sum(drop => drop.Count);
        (long before, long since) = _seen.GetValueOrDefault(session);
        if (dropped > before)
        {
            since = options.TimeProvider.GetTimestamp();
            _seen[session] = (dropped, since);
        }

        return dropped > 0 && options.TimeProvider.GetElapsedTime(since) < Recent ? dropped : 0;
    }
}
