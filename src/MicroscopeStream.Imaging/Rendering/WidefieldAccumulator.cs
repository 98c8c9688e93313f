using System.Numerics;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>The mean of all frames: what the same light gives without super-resolution.</summary>
/// <remarks>Thread-safe: one writer adds frames while others take snapshots.</remarks>
public sealed class WidefieldAccumulator
{
    private readonly Lock _lock = new();
    private readonly double[] _sums;
    private long _frames;

    /// <summary>Makes an empty accumulator.</summary>
    /// <param name="grid">The camera's grid.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no pixels.</exception>
    public WidefieldAccumulator(PixelGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Height, 1);
        Grid = grid;
        _sums = new double[grid.PixelCount];
    }

    /// <summary>The camera's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Frames added so far.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Adds a frame.</summary>
    /// <param name="photons">Row-major (y, x), one finite value per pixel of the grid.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the grid.</exception>
    public void Add(ReadOnlySpan<float> photons)
    {
        if (photons.Length != _sums.Length)
        {
            throw new ArgumentException($"{photons.Length} pixels for a grid of {Grid.Width} × {Grid.Height}.", nameof(photons));
        }

        lock (_lock)
        {
            Span<double> sums = _sums;
            int i = 0;
            for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(photons[i..]), out Vector<double> low, out Vector<double> high);
                Span<double> target = sums.Slice(i, Vector<float>.Count);
                (new Vector<double>(target) + low).CopyTo(target);
                (new Vector<double>(target[Vector<double>.Count..]) + high).CopyTo(target[Vector<double>.Count..]);
            }

            for (; i < sums.Length; i++)
            {
                sums[i] += photons[i];
            }

            _frames++;
        }
    }

    /// <summary>The mean so far, in memory of its own; zeros before the first frame.</summary>
    public SuperResolvedImage Snapshot()
    {
        var image = new SuperResolvedImage(Grid);
        CopyTo(image.Pixels);
        return image;
    }

    /// <summary>Copies the mean so far; zeros before the first frame.</summary>
    /// <param name="destination">Gets the mean, row-major (y, x); at least <see cref="PixelGrid.PixelCount"/> long.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length < _sums.Length)
        {
            throw new ArgumentException($"Room for {destination.Length} pixels; the image has {_sums.Length}.", nameof(destination));
        }

        lock (_lock)
        {
            double scale = _frames == 0 ? 0 : 1.0 / _frames;
            ReadOnlySpan<double> sums = _sums;
            int i = 0;
            for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Narrow(new Vector<double>(sums[i..]) * scale, new Vector<double>(sums[(i + Vector<double>.Count)..]) * scale).CopyTo(destination[i..]);
            }

            for (; i < sums.Length; i++)
            {
                destination[i] = (float)(sums[i] * scale);
            }
        }
    }
}
