using System.Numerics.Tensors;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Video.Densities;

/// <summary>A sum in which every slice counts less the older it is, blurred. Refined, later slices fade in the same way.</summary>
public sealed class ExponentialDecay : IVideoDensity
{
    private readonly PixelGrid _grid;
    private readonly float _keep;
    private readonly GaussianBlur? _blur;
    private readonly SliceHistory? _ahead;
    private readonly float[] _now;
    private readonly float[] _past;
    private readonly float[] _scaled;

    /// <summary>Makes an empty sum.</summary>
    /// <param name="grid">The video's grid.</param>
    /// <param name="slices">Slices after which a localization counts 1/e, &gt; 0.</param>
    /// <param name="blurPixels">σ of the blur, pixels; 0: none.</param>
    /// <param name="lookAhead">Slices by which refined densities trail, ≥ 0.</param>
    public ExponentialDecay(PixelGrid grid, double slices, double blurPixels = 1, int lookAhead = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slices);
        ArgumentOutOfRangeException.ThrowIfNegative(lookAhead);
        (_grid, LookAhead) = (grid, lookAhead);
        _keep = (float)Math.Exp(-1 / slices);
        _blur = blurPixels > 0 ? new GaussianBlur(blurPixels) : null;
        _now = new float[grid.PixelCount];
        _past = new float[lookAhead > 0 ? grid.PixelCount : 0];
        _scaled = new float[grid.PixelCount];
        _ahead = lookAhead > 0 ? new SliceHistory(lookAhead, grid.PixelCount) : null;
    }

    /// <inheritdoc/>
    public int LookAhead { get; }

    /// <inheritdoc/>
    public long HeldBytes => ((_now.Length + _past.Length + _scaled.Length) * (long)sizeof(float)) + (_ahead?.Bytes ?? 0);

    /// <inheritdoc/>
    public ValueTask StepAsync(ReadOnlyMemory<float> map, Memory<float> now, Memory<float> refined, CancellationToken cancellationToken)
    {
        TensorPrimitives.MultiplyAdd(_now, _keep, map.Span, _now);
        Show(_now, now.Span);
        if (_ahead is { } ahead)
        {
            // What leaves the ring is the newest slice that is not ahead of the one shown.
            TensorPrimitives.MultiplyAdd(_past, _keep, ahead.Oldest, _past);
            ahead.Push(map.Span);
            _past.CopyTo(_scaled, 0);
            for (int ago = 0; ago < LookAhead; ago++)
            {
                TensorPrimitives.MultiplyAdd(ahead.Ago(ago), MathF.Pow(_keep, LookAhead - ago), _scaled, _scaled);
            }

            Show(_scaled, refined.Span);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        Array.Clear(_now);
        Array.Clear(_past);
        _ahead?.Clear();
        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Show(float[] sum, Span<float> to)
    {
        if (_blur is null)
        {
            sum.CopyTo(to);
        }
        else
        {
            _blur.Apply(sum, to, _grid.Width, _grid.Height);
        }
    }
}
