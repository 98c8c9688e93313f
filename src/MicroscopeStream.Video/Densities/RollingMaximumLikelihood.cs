using System.Numerics.Tensors;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Video.Densities;

/// <summary>
/// The density under which the fading counts are likeliest, counts being Poisson and localizations scattered by a Gaussian: a few steps
/// of expectation maximization per slice (Richardson 1972, 10.1364/JOSA.62.000055; Lucy 1974, 10.1086/111605; Shepp and Vardi 1982,
/// 10.1109/TMI.1982.4307558), each slice going on where the one before ended. A sieve (Snyder and Miller 1985) keeps the density as
/// smooth as the grid can show, or it would end in single pixels.
/// </summary>
public sealed class RollingMaximumLikelihood : IVideoDensity
{
    private const int Steps = 3;
    private const double ScatterPixels = 0.8;
    private const double SievePixels = 0.9;
    private const float Least = 1e-6f;

    private readonly PixelGrid _grid;
    private readonly ExponentialDecay _counts;
    private readonly GaussianBlur _whole = new(Math.Sqrt((ScatterPixels * ScatterPixels) + (SievePixels * SievePixels)));
    private readonly GaussianBlur _sieve = new(SievePixels);
    private readonly Estimate _now;
    private readonly Estimate? _refined;

    /// <summary>Starts from an even density.</summary>
    /// <param name="grid">The video's grid.</param>
    /// <param name="slices">Slices after which a localization counts 1/e, &gt; 0.</param>
    /// <param name="lookAhead">Slices by which refined densities trail, ≥ 0.</param>
    public RollingMaximumLikelihood(PixelGrid grid, double slices, int lookAhead = 0)
    {
        _grid = grid;
        _counts = new ExponentialDecay(grid, slices, 0, lookAhead);
        _now = new Estimate(grid.PixelCount, _whole, _grid);
        _refined = lookAhead > 0 ? new Estimate(grid.PixelCount, _whole, _grid) : null;
    }

    /// <inheritdoc/>
    public int LookAhead => _counts.LookAhead;

    /// <inheritdoc/>
    public long HeldBytes => _counts.HeldBytes + (4L * _grid.PixelCount * sizeof(float) * (_refined is null ? 1 : 2));

    /// <inheritdoc/>
    public async ValueTask StepAsync(ReadOnlyMemory<float> map, Memory<float> now, Memory<float> refined, CancellationToken cancellationToken)
    {
        await _counts.StepAsync(map, _now.Counts, _refined?.Counts ?? Memory<float>.Empty, cancellationToken).ConfigureAwait(false);
        Show(_now, now.Span);
        if (_refined is not null)
        {
            Show(_refined, refined.Span);
        }
    }

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        _now.Reset();
        _refined?.Reset();
        return _counts.ResetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _counts.Dispose();

    private void Show(Estimate estimate, Span<float> to)
    {
        estimate.Improve();
        _sieve.Apply(estimate.Density, to, _grid.Width, _grid.Height);
    }

    private sealed class Estimate(int pixels, GaussianBlur blur, PixelGrid grid)
    {
        private readonly float[] _expected = new float[pixels];
        private readonly float[] _fresh = new float[pixels];

        public float[] Counts { get; } = new float[pixels];

        public float[] Density { get; } = new float[pixels];

        public void Reset() => Array.Clear(Density);

        public void Improve()
        {
            // Where the estimate is nothing it would stay so for ever: new counts enter by a tenth of themselves, blurred.
            blur.Apply(Counts, _fresh, grid.Width, grid.Height);
            for (int i = 0; i < Density.Length; i++)
            {
                Density[i] = Math.Max((0.9f * Density[i]) + (0.1f * _fresh[i]), Least);
            }

            for (int step = 0; step < Steps; step++)
            {
                blur.Apply(Density, _expected, grid.Width, grid.Height);
                for (int i = 0; i < _expected.Length; i++)
                {
                    _expected[i] = Counts[i] / Math.Max(_expected[i], Least);
                }

                blur.Apply(_expected, _expected, grid.Width, grid.Height);
                TensorPrimitives.Multiply(Density, _expected, Density);
            }
        }
    }
}
