using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;

namespace MicroscopeStream.Imaging.Quality;

/// <summary>
/// The resolution of a single image by decorrelation analysis (Descloux et al. 2019, 10.1038/s41592-019-0515-7): the correlation of the
/// image's spectrum with its own phases inside a growing circle rises while there is signal and falls in noise; the furthest local
/// maximum over a set of high-passed copies is the highest frequency that stands out.
/// </summary>
/// <remarks>
/// Frequencies are relative to half a cycle per pixel, in 49 steps; ten high-passes beside the image itself; edges of 20 pixels faded.
/// What is judged is the largest square from the top-left corner. Not thread-safe: an instance keeps its working memory.
/// </remarks>
public sealed class DecorrelationResolution
{
    private const int Radii = 50;
    private const int HighPasses = 10;
    private const int Edge = 20;

    private readonly PixelGrid _grid;
    private readonly int _side;
    private readonly RealFourierTransform2D _transform;
    private readonly float[] _image;
    private readonly float[] _real;
    private readonly float[] _imaginary;
    private readonly float[] _fade;

    /// <summary>Prepares estimates.</summary>
    /// <param name="grid">At least 40 × 40 pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid is smaller.</exception>
    public DecorrelationResolution(PixelGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Width, 2 * Edge, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Height, 2 * Edge, nameof(grid));
        _grid = grid;
        _side = Math.Min(grid.Width, grid.Height) & ~1;
        _transform = new RealFourierTransform2D(_side, _side);
        _image = new float[_side * _side];
        (_real, _imaginary) = (new float[_transform.SpectrumLength], new float[_transform.SpectrumLength]);
        _fade = new float[_side];
        for (int i = 0; i < _side; i++)
        {
            int fromEdge = Math.Min(i, _side - 1 - i);
            _fade[i] = fromEdge < Edge ? (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * fromEdge / ((2 * Edge) - 1)))) : 1;
        }
    }

    /// <summary>Estimates: 2 pixels ÷ the relative frequency, nm; ∞ when nothing stands out of the noise.</summary>
    /// <param name="image">Row-major (y, x), as large as the grid; finite values.</param>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    public double Estimate(ReadOnlySpan<float> image)
    {
        if (image.Length != _grid.PixelCount)
        {
            throw new ArgumentException($"{image.Length} pixels given for a grid of {_grid.Width} × {_grid.Height}.", nameof(image));
        }

        Prepare(image);
        _transform.Forward(_image, _real, _imaginary);
        double best = 0;
        for (int pass = 0; pass <= HighPasses; pass++)
        {
            double width = pass == 0 ? double.PositiveInfinity : 0.15 * Math.Pow(_side / 4.0 / 0.15, (pass - 1) / (HighPasses - 1.0));
            best = Math.Max(best, FurthestMaximum(width));
        }

        return best > 0 ? 2 * _grid.PixelSizeNm / best : double.PositiveInfinity;
    }

    private static double Radius(int index) => (index + 1.0) / (Radii - 1);

    private void Prepare(ReadOnlySpan<float> image)
    {
        double mean = 0;
        for (int y = 0; y < _side; y++)
        {
            foreach (float value in image.Slice(y * _grid.Width, _side))
            {
                mean += value;
            }
        }

        mean /= _side * _side;
        for (int y = 0; y < _side; y++)
        {
            for (int x = 0; x < _side; x++)
            {
                _image[(y * _side) + x] = (float)((image[(y * _grid.Width) + x] - mean) * _fade[x] * _fade[y]);
            }
        }
    }

    // The relative frequency of the furthest local maximum of one high-passed copy; 0 when there is none.
    private double FurthestMaximum(double width)
    {
        Span<double> amplitude = stackalloc double[Radii];
        Span<double> count = stackalloc double[Radii];
        amplitude.Clear();
        count.Clear();
        double power = 0;
        for (int v = 0; v < _side; v++)
        {
            double fy = (v < _side / 2 ? v : v - _side) * 2.0 / _side;
            for (int u = 0; u < _transform.Columns; u++)
            {
                double fx = u * 2.0 / _side, r = Math.Sqrt((fx * fx) + (fy * fy));
                int i = (v * _transform.Stride) + u, twice = u == 0 || 2 * u == _side ? 1 : 2;
                double pass = double.IsInfinity(width) ? 1 : 1 - Math.Exp(-0.5 * width * width * r * r);
                double value = pass * Math.Sqrt(((double)_real[i] * _real[i]) + ((double)_imaginary[i] * _imaginary[i]));
                power += r <= 1 ? twice * value * value : 0;
                int ring = Math.Min(Radii - 1, (int)Math.Floor(r * (Radii - 1)));
                amplitude[ring] += twice * value;
                count[ring] += value > 0 ? twice : 0;
            }
        }

        Span<double> curve = stackalloc double[Radii - 1];
        double sum = 0, members = 0;
        for (int k = 0; k < curve.Length; k++)
        {
            sum += amplitude[k];
            members += count[k];
            curve[k] = sum / Math.Sqrt(Math.Max(power, 1e-300) * Math.Max(members, 1e-9));
        }

        double best = 0, least = curve[^1];
        for (int k = curve.Length - 2; k >= 1 && best == 0; k--)
        {
            least = Math.Min(least, curve[k]);
            if (curve[k] > curve[k - 1] && curve[k] >= curve[k + 1] && curve[k] - least > 5e-4 && curve[k] > 0.01)
            {
                best = Radius(k);
            }
        }

        return best;
    }
}
