using System.Runtime.InteropServices;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Linking;

/// <summary>
/// Links the localizations of a molecule's successive frames while the frames come, and gives each molecule, merged, as soon as it
/// has been dark for too long. Within a frame the closest pairs are linked first, each track and each localization once.
/// </summary>
/// <remarks>
/// Merging n frames makes a molecule √n times as precise and one dot instead of n. Two molecules within the radius that are bright
/// at once are kept apart as long as both are localized in each frame. Not thread-safe; working memory is reused, so that a frame
/// allocates nothing once the buffers have grown.
/// </remarks>
public sealed class FrameLinker
{
    private readonly LinkingOptions _options;
    private readonly double _reach;
    private readonly List<OpenTrack> _open = new(256);
    private readonly List<Pair> _pairs = new(256);
    private readonly List<double> _keys = new(256);
    private bool[] _trackTaken = [];
    private bool[] _pointTaken = [];
    private long _lastFrame = long.MinValue;

    /// <summary>Makes a linker.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public FrameLinker(LinkingOptions? options = null)
    {
        _options = options ?? new LinkingOptions();
        _options.Check();
        _reach = Math.Min(_options.FixedRadiusNm ?? double.PositiveInfinity, _options.MaximumRadiusNm);
    }

    /// <summary>Molecules that may still be seen again.</summary>
    public int Open => _open.Count;

    /// <summary>Takes the localizations of one frame.</summary>
    /// <param name="frame">Its number, larger than that of the frame before; frames may be missing and count as dark.</param>
    /// <param name="localizations">All of the frame's; those without a finite position are passed over.</param>
    /// <param name="finished">Gets the molecules that ended before this frame, appended.</param>
    /// <exception cref="ArgumentException">The frame is not later than the last, or a localization belongs to another frame.</exception>
    public void Add(long frame, ReadOnlySpan<Localization> localizations, List<Track> finished)
    {
        if (frame <= _lastFrame)
        {
            throw new ArgumentException($"Frame {frame} came after frame {_lastFrame}: linking needs frames in order.", nameof(frame));
        }

        foreach (ref readonly Localization l in localizations)
        {
            if (l.Frame != frame)
            {
                throw new ArgumentException($"A localization of frame {l.Frame} was given as one of frame {frame}.", nameof(localizations));
            }
        }

        _lastFrame = frame;
        Close(frame, finished);
        FindPairs(localizations);
        Link(localizations);
    }

    /// <summary>Ends all molecules, for example at the end of the acquisition.</summary>
    /// <param name="finished">Gets them, appended.</param>
    public void Flush(List<Track> finished)
    {
        Close(long.MaxValue, finished);
        _lastFrame = long.MinValue;
    }

    /// <summary>Links a whole table.</summary>
    /// <param name="table">Localizations in any order.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The molecules in the order in which they ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static List<Track> Link(IEnumerable<Localization> table, LinkingOptions? options = null)
    {
        var linker = new FrameLinker(options);
        var finished = new List<Track>();
        Localization[] rows = [.. table.OrderBy(static l => l.Frame)];
        for (int first = 0; first < rows.Length;)
        {
            int end = first + 1;
            while (end < rows.Length && rows[end].Frame == rows[first].Frame)
            {
                end++;
            }

            linker.Add(rows[first].Frame, rows.AsSpan(first, end - first), finished);
            first = end;
        }

        linker.Flush(finished);
        return finished;
    }

    private void Close(long frame, List<Track> finished)
    {
        int kept = 0;
        Span<OpenTrack> open = CollectionsMarshal.AsSpan(_open);
        for (int i = 0; i < open.Length; i++)
        {
            if (frame - open[i].LastFrame - 1 > _options.DarkFrames)
            {
                finished.Add(open[i].Close());
            }
            else
            {
                open[kept++] = open[i];
            }
        }

        _open.RemoveRange(kept, _open.Count - kept);
    }

    // Tracks sorted along x, so that a localization looks only at those within reach.
    private void FindPairs(ReadOnlySpan<Localization> localizations)
    {
        _pairs.Clear();
        if (localizations.IsEmpty || _open.Count == 0)
        {
            return;
        }

        CollectionsMarshal.AsSpan(_open).Sort(static (a, b) => a.X.CompareTo(b.X));
        Span<OpenTrack> open = CollectionsMarshal.AsSpan(_open);
        _keys.Clear();
        foreach (ref readonly OpenTrack track in open)
        {
            _keys.Add(track.X);
        }

        for (int i = 0; i < localizations.Length; i++)
        {
            ref readonly Localization l = ref localizations[i];
            if (!double.IsFinite(l.X) || !double.IsFinite(l.Y))
            {
                continue;
            }

            int at = _keys.BinarySearch(l.X - _reach);
            at = at < 0 ? ~at : at;
            while (at > 0 && _keys[at - 1] >= l.X - _reach)
            {
                at--;
            }

            for (; at < open.Length && open[at].X <= l.X + _reach; at++)
            {
                double distance = Distance(open[at], l);
                if (distance <= 1)
                {
                    _pairs.Add(new Pair(distance, at, i));
                }
            }
        }

        _pairs.Sort(static (a, b) => a.Distance != b.Distance
            ? a.Distance.CompareTo(b.Distance)
            : a.Track != b.Track ? a.Track.CompareTo(b.Track) : a.Point.CompareTo(b.Point));
    }

    // In units of the radius: linked up to 1.
    private double Distance(in OpenTrack track, in Localization l)
    {
        double dx = l.X - track.X, dy = l.Y - track.Y;
        double lateral = (dx * dx) + (dy * dy);
        if (lateral > _reach * _reach)
        {
            return double.PositiveInfinity;
        }

        if (_options.FixedRadiusNm is { } radius)
        {
            return Math.Sqrt(lateral) / radius;
        }

        double unknown = _options.UnknownPrecisionNm;
        double squares = (dx * dx / (track.VarianceX + OpenTrack.Variance(l.SigmaX, unknown)))
            + (dy * dy / (track.VarianceY + OpenTrack.Variance(l.SigmaY, unknown)));
        double dz = l.Z - track.Z, axial = track.VarianceZ + ((double)l.SigmaZ * l.SigmaZ);
        if (double.IsFinite(dz) && double.IsFinite(axial))
        {
            squares += dz * dz / axial;
        }

        return Math.Sqrt(squares) / _options.RadiusSigmas;
    }

    private void Link(ReadOnlySpan<Localization> localizations)
    {
        Reset(ref _trackTaken, _open.Count);
        Reset(ref _pointTaken, localizations.Length);
        Span<OpenTrack> open = CollectionsMarshal.AsSpan(_open);
        foreach (Pair pair in _pairs)
        {
            if (!_trackTaken[pair.Track] && !_pointTaken[pair.Point])
            {
                (_trackTaken[pair.Track], _pointTaken[pair.Point]) = (true, true);
                open[pair.Track].Add(localizations[pair.Point], _options.UnknownPrecisionNm);
            }
        }

        for (int i = 0; i < localizations.Length; i++)
        {
            if (!_pointTaken[i] && double.IsFinite(localizations[i].X) && double.IsFinite(localizations[i].Y))
            {
                _open.Add(new OpenTrack(localizations[i], _options.UnknownPrecisionNm));
            }
        }
    }

    private static void Reset(ref bool[] flags, int count)
    {
        if (flags.Length < count)
        {
            flags = new bool[count * 2];
        }

        flags.AsSpan(0, count).Clear();
    }

    private readonly record struct Pair(double Distance, int Track, int Point);
}
