using System.Numerics.Tensors;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Video.Densities;

/// <summary>
/// The sum of the last slices, blurred: what a localization movie usually is. Refined, the window is centred as far as the look-ahead
/// allows.
/// </summary>
public sealed class SlidingWindow : IVideoDensity
{
    private readonly PixelGrid _grid;
    private readonly int _window;
    private readonly GaussianBlur? _blur;
    private readonly SliceHistory _history;

    /// <summary>Makes an empty window.</summary>
    /// <param name="grid">The video's grid.</param>
    /// <param name="window">Slices that are summed, ≥ 1.</param>
    /// <param name="blurPixels">σ of the blur, pixels; 0: none.</param>
    /// <param name="lookAhead">Slices by which refined densities trail, ≥ 0.</param>
    public SlidingWindow(PixelGrid grid, int window, double blurPixels = 1, int lookAhead = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(lookAhead);
        (_grid, _window, LookAhead) = (grid, window, lookAhead);
        _blur = blurPixels > 0 ? new GaussianBlur(blurPixels) : null;
        _history = new SliceHistory(window + lookAhead, grid.PixelCount);
    }

    /// <inheritdoc/>
    public int LookAhead { get; }

    /// <inheritdoc/>
    public long HeldBytes => _history.Bytes;

    /// <inheritdoc/>
    public ValueTask StepAsync(ReadOnlyMemory<float> map, Memory<float> now, Memory<float> refined, CancellationToken cancellationToken)
    {
        _history.Push(map.Span);
        Sum(0, now.Span);
        if (LookAhead > 0)
        {
            // Centred on the slice that is shown, or reaching as far ahead as is known.
            Sum(LookAhead - Math.Min(LookAhead, _window / 2), refined.Span);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        _history.Clear();
        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Sum(int newest, Span<float> to)
    {
        to.Clear();
        for (int ago = newest; ago < Math.Min(newest + _window, _history.Count); ago++)
        {
            TensorPrimitives.Add(to, _history.Ago(ago), to);
        }

        _blur?.Apply(to, to, _grid.Width, _grid.Height);
    }
}
