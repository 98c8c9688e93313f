using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>One bead through the stack, cut out with a rim, and where it lies.</summary>
internal sealed class BeadImage
{
    /// <summary>Pixels around the PSF that shifting it by fractions of a pixel needs.</summary>
    public const int Rim = 3;

    // Of the rim's mean over slices: enough for a precise mean, few enough to follow bleaching and light far out of focus.
    private const int SlicesAround = 4;

    private readonly float[][] _slices;
    private readonly float[][] _splines;
    private readonly double[] _stage;

    private BeadImage(float[][] slices, double[] stage, int edge)
    {
        (_slices, _stage, Edge) = (slices, stage, edge);
        _splines = new float[slices.Length][];
    }

    /// <summary>Edge of what was cut out, px.</summary>
    public int Edge { get; }

    public int Slices => _slices.Length;

    /// <summary>Position, px from the corner of what was cut out.</summary>
    public double X { get; set; }

    public double Y { get; set; }

    /// <summary>Stage position at which it lies at depth 0, nm.</summary>
    public double Zero { get; set; }

    /// <summary>Photons, the same in every slice.</summary>
    public double Photons { get; private set; } = 1;

    /// <summary>Mean background that was taken away, photons per pixel.</summary>
    public double Background { get; private set; }

    public double FirstZNm => Math.Min(Depth(0), Depth(Slices - 1));

    public double LastZNm => Math.Max(Depth(0), Depth(Slices - 1));

    /// <summary>Depth in a slice, nm.</summary>
    public double Depth(int slice) => _stage[slice] - Zero;

    /// <summary>A slice, photons, row-major (y, x).</summary>
    public ReadOnlySpan<float> Slice(int slice) => _slices[slice];

    /// <summary>A slice shifted so that the bead lies on the middle of <paramref name="size"/> × <paramref name="size"/> samples.</summary>
    public void Shift(int slice, int size, float[] shifted)
    {
        float[] coefficients = _splines[slice];
        Span<float> wx = stackalloc float[4], wy = stackalloc float[4];

        // Pixel i's centre is at (i + 0.5). The rim covers shifts of not quite two pixels, more than a bead was ever off its brightest one.
        double ux = Math.Clamp(X - 0.5 - (size / 2), 1, Rim + 1.99), uy = Math.Clamp(Y - 0.5 - (size / 2), 1, Rim + 1.99);
        int ix = (int)Math.Floor(ux), iy = (int)Math.Floor(uy);
        CubicBSpline.Weights(ux - ix, wx);
        CubicBSpline.Weights(uy - iy, wy);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                float sum = 0;
                for (int j = 0; j < 4; j++)
                {
                    int at = ((y + iy - 1 + j) * Edge) + x + ix - 1;
                    for (int i = 0; i < 4; i++)
                    {
                        sum += wy[j] * wx[i] * coefficients[at + i];
                    }
                }

                shifted[(y * size) + x] = sum;
            }
        }
    }

    public static BeadImage Cut(IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, BeadTrace bead, double zero, int size)
    {
        int edge = size + (2 * Rim), left = bead.X - (edge / 2), top = bead.Y - (edge / 2);
        var cut = new float[slices.Count][];
        for (int s = 0; s < cut.Length; s++)
        {
            cut[s] = new float[edge * edge];
            for (int y = 0; y < edge; y++)
            {
                slices[s].AsSpan(((top + y) * grid.Width) + left, edge).CopyTo(cut[s].AsSpan(y * edge));
            }
        }

        // Around its focus a spot is small and symmetric: there the fits of a Gaussian tell where its middle is.
        double stageZero = bead.Crossing + zero;
        List<(double Z, GaussianFit Fit)> near = [.. bead.Fits.OrderBy(f => Math.Abs(f.Z - stageZero)).Take(Math.Max(5, bead.Fits.Count / 4))];
        int offset = (edge / 2) - (bead.RegionSize / 2);
        return new BeadImage(cut, [.. Enumerable.Range(0, cut.Length).Select(s => s * stepNm)], edge)
        {
            X = near.Average(f => f.Fit.X) + offset,
            Y = near.Average(f => f.Fit.Y) + offset,
            Zero = stageZero,
        }.Level();
    }

    // Background, the rims' mean over a few slices, is taken away; what is left counts as the bead's light.
    private BeadImage Level()
    {
        double[] rim = [.. _slices.Select(RimMean)];
        double light = 0;
        for (int s = 0; s < Slices; s++)
        {
            int first = Math.Max(0, s - SlicesAround), end = Math.Min(Slices, s + SlicesAround + 1);
            float background = (float)rim.AsSpan(first, end - first).ToArray().Average();
            foreach (ref float pixel in _slices[s].AsSpan())
            {
                pixel -= background;
                light += pixel;
            }
        }

        Photons = light / Slices;
        Background = rim.Average();
        MakeSplines();
        return this;
    }

    private void MakeSplines()
    {
        Span<double> scratch = stackalloc double[Edge];
        for (int s = 0; s < Slices; s++)
        {
            _splines[s] = [.. _slices[s]];
            for (int i = 0; i < Edge; i++)
            {
                CubicBSpline.Interpolate(_splines[s].AsSpan(i * Edge), Edge, 1, scratch);
            }

            for (int i = 0; i < Edge; i++)
            {
                CubicBSpline.Interpolate(_splines[s].AsSpan(i), Edge, Edge, scratch);
            }
        }
    }

    private double RimMean(float[] slice)
    {
        double sum = 0;
        for (int i = 0; i < Edge - 1; i++)
        {
            sum += slice[i] + slice[((i + 1) * Edge) - 1] + slice[(Edge * Edge) - 1 - i] + slice[(Edge - 1 - i) * Edge];
        }

        return sum / (4 * (Edge - 1));
    }
}
