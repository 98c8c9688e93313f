using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Imaging.Quality;

/// <summary>
/// The resolution that localizations support, by Fourier ring correlation between halves of them. Halves are made of whole blocks of
/// frames, assigned at random, several times over.
/// </summary>
/// <remarks>
/// Blocks, because the frames of one molecule's visit show the same place twice: correlation that says nothing about the structure
/// (Nieuwenhuizen et al. 2013, 10.1038/nmeth.2448). Blocks do not remove what molecules that come back later add; linking before
/// does not either. Drift that is not corrected makes the resolution coarser, as it should. Not thread-safe.
/// </remarks>
public sealed class LocalizationResolution
{
    private readonly PixelGrid _grid;
    private readonly ResolutionOptions _options;
    private readonly FourierRingCorrelation _correlation;
    private readonly float[] _first;
    private readonly float[] _second;
    private long _counted;

    /// <summary>Prepares estimates.</summary>
    /// <param name="grid">The grid to count on: its pixels should be at most a third of the resolution expected. At least 16 × 16.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid or an option is outside its range.</exception>
    public LocalizationResolution(PixelGrid grid, ResolutionOptions? options = null)
    {
        _grid = grid;
        _options = options ?? new ResolutionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Splits, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.BlockFrames, nameof(options));
        _correlation = new FourierRingCorrelation(grid);
        (_first, _second) = (new float[grid.PixelCount], new float[grid.PixelCount]);
    }

    /// <summary>Estimates the resolution.</summary>
    /// <param name="table">Localizations in any order, corrected for drift; those outside the grid are passed over.</param>
    /// <param name="cancellationToken">Gives up between splits.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ResolutionEstimate Estimate(IReadOnlyList<Localization> table, CancellationToken cancellationToken = default)
    {
        Localization[] rows = [.. table];
        long first = rows.Length == 0 ? 0 : rows.Min(l => l.Frame), last = rows.Length == 0 ? 0 : rows.Max(l => l.Frame);
        return Estimate(visit => visit(rows), first, last, (0, 0), cancellationToken);
    }

    /// <summary>Estimates the resolution of localizations that are handed out anew for each split, so that none need be kept here.</summary>
    /// <param name="each">Hands out all localizations, corrected for drift, in batches; the same ones each time it is called.</param>
    /// <param name="firstFrame">First frame.</param>
    /// <param name="lastFrame">Last frame.</param>
    /// <param name="origin">Position of the grid's corner, nm.</param>
    /// <param name="cancellationToken">Gives up between splits.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ArgumentException">A localization lies outside the frames stated.</exception>
    public ResolutionEstimate Estimate(
        Action<Action<ReadOnlySpan<Localization>>> each, long firstFrame, long lastFrame, (double X, double Y) origin, CancellationToken cancellationToken)
    {
        long frames = lastFrame - firstFrame + 1;
        long block = _options.BlockFrames > 0 ? _options.BlockFrames : Math.Clamp(frames / 50, 1, 500);
        int blocks = checked((int)((frames + block - 1) / block));
        var random = new Random(_options.Seed);
        var curves = new FrcCurve[_options.Splits];
        var found = new List<double>();
        for (int s = 0; s < curves.Length; s++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool[] halves = Halves(random, blocks);
            curves[s] = Correlate(each, origin, (firstFrame, lastFrame), frame => halves[(frame - firstFrame) / block]);
            if (curves[s].Outcome == FrcOutcome.Found)
            {
                found.Add(curves[s].ResolutionNm);
            }
        }

        FrcOutcome outcome = curves.GroupBy(c => c.Outcome).MaxBy(g => g.Count())!.Key;
        double mean = 2 * found.Count >= curves.Length && found.Count > 0 ? found.Average() : double.NaN;
        double deviation = found.Count > 1 ? Math.Sqrt(found.Sum(r => (r - mean) * (r - mean)) / (found.Count - 1)) : double.NaN;
        FrcCurve alternating = Correlate(each, origin, (firstFrame, lastFrame), static frame => (frame & 1) == 1);
        return new ResolutionEstimate(mean, deviation, alternating.ResolutionNm, outcome, curves[0], _counted);
    }

    // As many blocks in either half, in random order.
    private static bool[] Halves(Random random, int blocks)
    {
        var halves = new bool[blocks];
        halves.AsSpan(0, blocks / 2).Fill(true);
        random.Shuffle(halves);
        return halves;
    }

    private FrcCurve Correlate(
        Action<Action<ReadOnlySpan<Localization>>> each, (double X, double Y) origin, (long First, long Last) frames, Func<long, bool> inFirst)
    {
        Array.Clear(_first);
        Array.Clear(_second);
        _counted = 0;
        each(batch =>
        {
            foreach (ref readonly Localization l in batch)
            {
                if (l.Frame < frames.First || l.Frame > frames.Last)
                {
                    throw new ArgumentException($"A localization of frame {l.Frame} was handed out for frames {frames.First} to {frames.Last}.", nameof(each));
                }

                double x = (l.X - origin.X) / _grid.PixelSizeNm, y = (l.Y - origin.Y) / _grid.PixelSizeNm;
                if (x >= 0 && y >= 0 && x < _grid.Width && y < _grid.Height)
                {
                    (inFirst(l.Frame) ? _first : _second)[((int)y * _grid.Width) + (int)x]++;
                    _counted++;
                }
            }
        });
        return _correlation.Correlate(_first, _second);
    }
}
