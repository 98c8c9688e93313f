using System.Runtime.InteropServices;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Scoring;

/// <summary>
/// Matches the localizations of one frame with its true emitters: the nearest pair first, then the nearest of those left.
/// Truth is sorted along x, so that only pairs within the tolerance are looked at.
/// </summary>
/// <remarks>Not thread-safe: its lists are reused from frame to frame.</remarks>
internal sealed class EmitterMatcher(ScoringOptions options)
{
    private readonly List<Localization> _found = [];
    private readonly List<Localization> _true = [];
    private readonly List<Pair> _pairs = [];
    private readonly List<bool> _taken = [];
    private double[] _trueX = [];

    /// <summary>Matches one frame and adds to the tally.</summary>
    public void Match(ReadOnlySpan<Localization> localizations, ReadOnlySpan<Localization> truth, ScoreTally tally)
    {
        Select(localizations, _found);
        Select(truth, _true);
        _true.Sort(static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        CollectPairs();
        _pairs.Sort();
        CollectionsMarshal.SetCount(_taken, _found.Count + _true.Count);
        CollectionsMarshal.AsSpan(_taken).Clear();
        int bright = 0, matched = 0, dim = 0;
        foreach (ref readonly Localization emitter in CollectionsMarshal.AsSpan(_true))
        {
            bright += IsBright(emitter) ? 1 : 0;
        }

        foreach (Pair pair in CollectionsMarshal.AsSpan(_pairs))
        {
            if (_taken[pair.Found] || _taken[_found.Count + pair.True])
            {
                continue;
            }

            _taken[pair.Found] = _taken[_found.Count + pair.True] = true;
            if (IsBright(_true[pair.True]))
            {
                matched++;
                tally.AddMatch(_found[pair.Found], _true[pair.True]);
            }
            else
            {
                dim++;
            }
        }

        tally.AddFrame(matched, _found.Count - matched - dim, bright - matched, dim);
    }

    private void Select(ReadOnlySpan<Localization> rows, List<Localization> selected)
    {
        selected.Clear();
        foreach (ref readonly Localization row in rows)
        {
            if (options.Counts(row.X, row.Y))
            {
                selected.Add(row);
            }
        }
    }

    private void CollectPairs()
    {
        _pairs.Clear();
        if (_trueX.Length < _true.Count)
        {
            _trueX = new double[_true.Count * 2];
        }

        for (int i = 0; i < _true.Count; i++)
        {
            _trueX[i] = _true[i].X;
        }

        ReadOnlySpan<Localization> found = CollectionsMarshal.AsSpan(_found), emitters = CollectionsMarshal.AsSpan(_true);
        double tolerance = options.LateralToleranceNm;
        for (int i = 0; i < found.Length; i++)
        {
            int j = Array.BinarySearch(_trueX, 0, emitters.Length, found[i].X - tolerance);
            j = j < 0 ? ~j : j;

            // Equal values: the search may have come to any of them.
            while (j > 0 && _trueX[j - 1] >= found[i].X - tolerance)
            {
                j--;
            }

            for (; j < emitters.Length && _trueX[j] <= found[i].X + tolerance; j++)
            {
                double dx = found[i].X - emitters[j].X, dy = found[i].Y - emitters[j].Y, dz = options.Axial ? found[i].Z - emitters[j].Z : 0;
                double lateral = (dx * dx) + (dy * dy);
                if (lateral <= tolerance * tolerance && Math.Abs(dz) <= options.AxialToleranceNm)
                {
                    _pairs.Add(new Pair(lateral + (dz * dz), i, j));
                }
            }
        }
    }

    private bool IsBright(in Localization emitter) => !(emitter.Photons < options.MinimumPhotons);

    private readonly record struct Pair(double SquaredDistance, int Found, int True) : IComparable<Pair>
    {
        public int CompareTo(Pair other)
        {
            int order = SquaredDistance.CompareTo(other.SquaredDistance);
            order = order != 0 ? order : Found.CompareTo(other.Found);
            return order != 0 ? order : True.CompareTo(other.True);
        }
    }
}
