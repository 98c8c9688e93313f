using MicroscopeStream.Core.Frames;
using MicroscopeStream.Video.Maps;

namespace MicroscopeStream.Video.Trust;

/// <summary>What the localizations say about motion.</summary>
public enum MotionVerdict
{
    /// <summary>Not enough has come to judge.</summary>
    Unknown = 0,

    /// <summary>The structure stays where it is for long enough to be sampled.</summary>
    Supported = 1,

    /// <summary>Nothing seems to move, but there are few localizations so far.</summary>
    Sparse = 2,

    /// <summary>The structure has moved on before enough localizations have shown it.</summary>
    TooFast = 3,
}

/// <summary>
/// Tells motion that is faster than the data supports. Localizations of a slice find neighbours (within three quarters of a camera pixel) among those of the
/// slices before, counted with fading memories of 1, 2, 4 … 32 slices; what a field of equal density would give by chance is taken off.
/// For a structure at rest the number doubles with the memory; once the structure moves on within the memory it stops growing. Where it
/// stops below <see cref="FewestNeighbours"/>, no picture can be both current and supported.
/// </summary>
/// <remarks>Not thread-safe; six planes of memory, however long it runs.</remarks>
public sealed class MotionWatch
{
    /// <summary>Neighbours that a place must have had while the structure was there: fewer than three do not make a line.</summary>
    public const double FewestNeighbours = 3;

    /// <summary>Localizations, fading, from which on there is a verdict.</summary>
    private const double FewestLocalizations = 10;

    private const int Memories = 6;

    /// <summary>From one memory to the next, twice as long, the number doubles at rest; below this it has stopped growing.</summary>
    private const double Growing = 1.35;

    /// <summary>Slices over which the numbers are averaged.</summary>
    private const double Averaged = 16;

    private readonly PixelGrid _grid;
    private readonly int _reach;
    private readonly float[][] _memories;
    private readonly float[] _keep;
    private readonly double[] _neighbours = new double[Memories];
    private double _weight;
    private int _slices;

    /// <summary>Starts with nothing known.</summary>
    /// <param name="grid">The video's grid.</param>
    /// <param name="reach">Pixels to either side within which localizations are neighbours, ≥ 1.</param>
    public MotionWatch(PixelGrid grid, int reach = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reach, 1);
        (_grid, _reach) = (grid, reach);
        _memories = [.. Enumerable.Range(0, Memories).Select(_ => new float[grid.PixelCount])];
        _keep = [.. Enumerable.Range(0, Memories).Select(k => (float)Math.Exp(-1.0 / (1 << k)))];
    }

    /// <summary>Neighbours beyond chance for each memory (1, 2, 4 … 32 slices), averaged over the last slices.</summary>
    public IReadOnlyList<double> Neighbours => _neighbours;

    /// <summary>The verdict so far.</summary>
    public MotionVerdict Verdict { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.ForEach(_memories, Array.Clear);
        Array.Clear(_neighbours);
        (_weight, _slices, Verdict) = (0, 0, MotionVerdict.Unknown);
    }

    /// <summary>Moves on by one slice.</summary>
    /// <param name="map">Its localizations.</param>
    public void Add(LocalizationMap map)
    {
        if (map.Count > 0 && _slices > 0)
        {
            Count(map);
        }

        _slices++;
        for (int k = 0; k < Memories; k++)
        {
            float[] memory = _memories[k];
            foreach (ref float value in memory.AsSpan())
            {
                value *= _keep[k];
            }

            foreach ((float x, float y) in map.Positions)
            {
                memory[((int)y * _grid.Width) + (int)x]++;
            }
        }

        Verdict = Judge();
    }

    private void Count(LocalizationMap map)
    {
        // Few localizations say little: each slice weighs as many as it has.
        double fade = Math.Exp(-1 / Averaged), before = _weight * fade;
        _weight = before + map.Count;
        for (int k = 0; k < Memories; k++)
        {
            float[] memory = _memories[k];
            double found = 0, all = 0;
            foreach ((float x, float y) in map.Positions)
            {
                found += Around(memory, (int)x, (int)y);
            }

            foreach (float value in memory)
            {
                all += value;
            }

            double area = ((2 * _reach) + 1) * ((2 * _reach) + 1);
            double beyondChance = (found / map.Count) - (all * area / memory.Length);
            _neighbours[k] = ((_neighbours[k] * before) + (beyondChance * map.Count)) / _weight;
        }
    }

    private double Around(float[] memory, int x, int y)
    {
        double sum = 0;
        (int left, int right) = (Math.Max(0, x - _reach), Math.Min(_grid.Width - 1, x + _reach));
        for (int row = Math.Max(0, y - _reach); row <= Math.Min(_grid.Height - 1, y + _reach); row++)
        {
            foreach (float value in memory.AsSpan((row * _grid.Width) + left, right - left + 1))
            {
                sum += value;
            }
        }

        return sum;
    }

    private MotionVerdict Judge()
    {
        // Until the longest memory is full twice over, a number that stops growing may only be a memory that has not filled.
        int longest = Memories - 1;
        while (longest > 2 && _slices < 2 << longest)
        {
            longest--;
        }

        if (_slices < 2 << longest || _weight < FewestLocalizations)
        {
            return MotionVerdict.Unknown;
        }

        double most = _neighbours.Take(longest + 1).Max();
        return most >= FewestNeighbours ? MotionVerdict.Supported
            : _neighbours[longest] > Growing * _neighbours[longest - 1] ? MotionVerdict.Sparse
            : MotionVerdict.TooFast;
    }
}
