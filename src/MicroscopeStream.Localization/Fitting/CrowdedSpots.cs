using MicroscopeStream.Localizations.Candidates;

namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// The spots of a frame that one emitter each does not explain. They are taken apart in two passes: first each for itself, then once more
/// with the light of what was found around it. An emitter belongs to the candidate nearest to it.
/// </summary>
/// <remarks>
/// A pass may run on several threads at once, each with a number of its own; the second begins when the first has ended. Allocates
/// nothing once its buffers have grown.
/// </remarks>
internal sealed class CrowdedSpots
{
    /// <summary>Candidates around a spot that are looked at.</summary>
    private const int MostAround = 24;

    /// <summary>Widths of the PSF beyond the region's edge from which an emitter still lights it.</summary>
    private const double LightReach = 2.5;

    private readonly OverlapResolver[] _resolvers;
    private readonly List<Candidate> _candidates;
    private readonly int _size;
    private readonly int _reach;
    private readonly double _psfSigma;
    private OverlappingEmitter[] _first = [];
    private OverlappingEmitter[] _final = [];
    private Spot[] _firstSpots = [];
    private Spot[] _finalSpots = [];

    /// <param name="candidates">Those of the frame, in the order of rows; read when spots are taken apart.</param>
    /// <param name="size">Edge of a region, px.</param>
    /// <param name="psfSigma">Width of the PSF, px.</param>
    /// <param name="options">Emitters per spot, camera, threads.</param>
    public CrowdedSpots(List<Candidate> candidates, int size, double psfSigma, SingleEmitterOptions options)
    {
        (_candidates, _size, _psfSigma) = (candidates, size, psfSigma);
        _reach = (size / 2) + (int)Math.Ceiling(LightReach * psfSigma) + 1;
        _resolvers = [.. Enumerable.Range(0, options.Threads).Select(_ =>
            new OverlapResolver(size, (float)psfSigma, (float)options.ExcessNoiseFactor, options.MaximumEmitters))];
    }

    /// <summary>Makes room for a frame's candidates.</summary>
    public void Clear()
    {
        int count = _candidates.Count;
        if (_firstSpots.Length < count)
        {
            (_firstSpots, _finalSpots) = (new Spot[2 * count], new Spot[2 * count]);
            (_first, _final) = (new OverlappingEmitter[2 * count * OverlapFitter.Most], new OverlappingEmitter[2 * count * OverlapFitter.Most]);
        }

        Array.Clear(_firstSpots, 0, count);
        Array.Clear(_finalSpots, 0, count);
    }

    /// <summary>First pass: keeps the fit of one emitter where it explains the spot, and takes the spot apart where several do better.</summary>
    /// <param name="thread">From 0.</param>
    /// <param name="candidate">The candidate's number.</param>
    /// <param name="corner">Corner of its region, px.</param>
    /// <param name="photons">Its region.</param>
    /// <param name="readVariance">Variance of the region's read noise: one for all or one per pixel.</param>
    /// <param name="single">The fit of one emitter to it.</param>
    public void Split(
        int thread, int candidate, (int X, int Y) corner, ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance, in GaussianFit single)
    {
        Span<OverlappingEmitter> emitters = Own(_first, candidate);
        emitters[0] = new OverlappingEmitter(single.X, single.Y, single.Photons, single.SigmaX, single.SigmaY, single.SigmaPhotons);
        bool crowded = !single.Converged || !(single.ReducedDeviance < FitQuality.Explained((_size * _size) - 5)) || single.PsfSigmaX > 1.3 * _psfSigma;
        var spot = new Spot(crowded, false, corner, single.Converged ? 1 : 0, single.Background, single.ReducedDeviance);
        if (crowded)
        {
            Span<int> around = stackalloc int[MostAround];
            around = around[..Around(candidate, _size / 2, around)];
            Span<(float X, float Y)> peaks = stackalloc (float, float)[MostAround];
            for (int i = 0; i < around.Length; i++)
            {
                peaks[i] = Peak(around[i], corner);
            }

            int found = _resolvers[thread].Split(photons, readVariance, single, peaks[..around.Length], emitters);
            spot = found == 0 ? spot : Resolved(thread, candidate, corner, emitters, found);
        }

        _firstSpots[candidate] = spot;
    }

    /// <summary>Second pass: fits the spots that were taken apart, or should have been, with the light of their neighbours.</summary>
    public void Refine(int thread, int candidate, ReadOnlySpan<float> photons, ReadOnlySpan<float> readVariance)
    {
        Spot first = _firstSpots[candidate];
        _finalSpots[candidate] = first;
        Own(_first, candidate).CopyTo(Own(_final, candidate));
        if (!first.Crowded || first.Kept == 0)
        {
            return;
        }

        Span<int> around = stackalloc int[MostAround];
        around = around[..Around(candidate, _reach, around)];
        Span<OverlappingEmitter> inside = stackalloc OverlappingEmitter[MostAround], outside = stackalloc OverlappingEmitter[MostAround];
        (int insideCount, int outsideCount) = (0, 0);
        foreach (int other in around)
        {
            Spot spot = _firstSpots[other];
            for (int e = 0; e < spot.Kept; e++)
            {
                OverlappingEmitter one = Own(_first, other)[e];
                one = one with { X = one.X + spot.Corner.X - first.Corner.X, Y = one.Y + spot.Corner.Y - first.Corner.Y };
                bool isInside = one.X > 0 && one.Y > 0 && one.X < _size && one.Y < _size;
                if (isInside && insideCount < inside.Length)
                {
                    inside[insideCount++] = one;
                }
                else if (!isInside && outsideCount < outside.Length)
                {
                    outside[outsideCount++] = one;
                }
            }
        }

        Span<OverlappingEmitter> emitters = stackalloc OverlappingEmitter[OverlapFitter.Most];
        double toBeat = first.Resolved ? double.NaN : _resolvers[thread].Total(first.ReducedDeviance);
        int found = _resolvers[thread].Refine(photons, readVariance, inside[..insideCount], outside[..outsideCount], toBeat, emitters);
        if (found > 0)
        {
            _finalSpots[candidate] = Resolved(thread, candidate, first.Corner, emitters, found);
            emitters.CopyTo(Own(_final, candidate));
        }
    }

    /// <summary>Whether a candidate's emitters took the place of its fit of one.</summary>
    public bool WasResolved(int candidate) => _finalSpots[candidate].Resolved;

    /// <summary>A candidate's emitters, positions in px from its region's corner.</summary>
    public ReadOnlySpan<OverlappingEmitter> Emitters(int candidate) => Own(_final, candidate)[.._finalSpots[candidate].Kept];

    /// <summary>Background of a spot that was taken apart, photons per px, and how well its emitters explain it.</summary>
    public (float Background, float ReducedDeviance) Quality(int candidate) => (_finalSpots[candidate].Background, _finalSpots[candidate].ReducedDeviance);

    private static Span<OverlappingEmitter> Own(OverlappingEmitter[] all, int candidate) => all.AsSpan(candidate * OverlapFitter.Most, OverlapFitter.Most);

    // Keeps of a region's emitters those that are the candidate's.
    private Spot Resolved(int thread, int candidate, (int X, int Y) corner, Span<OverlappingEmitter> emitters, int found)
    {
        Span<int> around = stackalloc int[MostAround];
        around = around[..Around(candidate, _size, around)];
        int kept = 0;
        for (int i = 0; i < found; i++)
        {
            if (IsNearest(emitters[i], corner, around))
            {
                emitters[kept++] = emitters[i];
            }
        }

        OverlapResolver resolver = _resolvers[thread];
        return new Spot(true, true, corner, kept, resolver.Background, resolver.ReducedDeviance);
    }

    // The candidate itself, then those within reach of it; they lie in the order of rows, so these are neighbours in the list.
    private int Around(int candidate, int reach, Span<int> around)
    {
        Candidate middle = _candidates[candidate];
        around[0] = candidate;
        int count = 1;
        for (int i = candidate - 1; i >= 0 && count < around.Length && middle.Y - _candidates[i].Y <= reach; i--)
        {
            Note(i, around);
        }

        for (int i = candidate + 1; i < _candidates.Count && count < around.Length && _candidates[i].Y - middle.Y <= reach; i++)
        {
            Note(i, around);
        }

        return count;

        void Note(int i, Span<int> list)
        {
            if (Math.Abs(_candidates[i].X - middle.X) <= reach)
            {
                list[count++] = i;
            }
        }
    }

    private (float X, float Y) Peak(int candidate, (int X, int Y) corner) =>
        (_candidates[candidate].X + 0.5f - corner.X, _candidates[candidate].Y + 0.5f - corner.Y);

    // around[0] is the candidate itself.
    private bool IsNearest(in OverlappingEmitter emitter, (int X, int Y) corner, ReadOnlySpan<int> around)
    {
        float own = Distance(emitter, Peak(around[0], corner));
        foreach (int other in around[1..])
        {
            if (Distance(emitter, Peak(other, corner)) < own)
            {
                return false;
            }
        }

        return true;
    }

    private static float Distance(in OverlappingEmitter emitter, (float X, float Y) peak) =>
        ((emitter.X - peak.X) * (emitter.X - peak.X)) + ((emitter.Y - peak.Y) * (emitter.Y - peak.Y));

    private readonly record struct Spot(
        bool Crowded, bool Resolved, (int X, int Y) Corner, int Kept, float Background, float ReducedDeviance);
}
