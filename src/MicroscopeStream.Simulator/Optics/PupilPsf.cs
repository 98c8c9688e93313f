using System.Numerics;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Simulator.Optics;

/// <summary>
/// A PSF from wave optics: the light's phase over the objective's pupil (aberrations, and defocus that grows with depth) and the
/// intensity of its Fourier transform, integrated over pixels. Scalar theory with the aplanatic factor (Hanser et al. 2004,
/// 10.1111/j.0022-2720.2004.01393.x): unlike a Gaussian it has rings, and changes its shape with depth, as measured PSFs do.
/// </summary>
/// <remarks>
/// Not thread-safe: it holds its working memory. The Fourier sum is evaluated where the pixels lie, not on a grid of its own, so that
/// emitters lie anywhere exactly. Costs milliseconds per emitter: for bead stacks and reference spots, not for whole acquisitions.
/// </remarks>
public sealed class PupilPsf
{
    private const int Samples = 48;
    private const int PerPixel = 3;
    private readonly double _lateral;
    private readonly Complex[] _pupil = new Complex[Samples * Samples];
    private readonly double[] _axial = new double[Samples * Samples];
    private readonly double _scale;
    private readonly Waves _focused = new(Samples);
    private readonly Waves _columns = new(0);
    private readonly Waves _rows = new(0);
    private readonly Waves _half = new(0);

    /// <summary>Makes a PSF.</summary>
    /// <param name="optics">The objective.</param>
    /// <exception cref="ArgumentException">A value of the optics is outside its range.</exception>
    public PupilPsf(PupilOptics optics)
    {
        optics.ThrowIfInvalid();
        Optics = optics;
        _lateral = 2 * Math.PI * optics.NumericalAperture / optics.WavelengthNm;
        double wave = 2 * Math.PI / optics.WavelengthNm, energy = 0, step = 2.0 / Samples;
        for (int j = 0; j < Samples; j++)
        {
            for (int i = 0; i < Samples; i++)
            {
                double x = ((i + 0.5) * step) - 1, y = ((j + 0.5) * step) - 1, square = (x * x) + (y * y);
                if (square > 1)
                {
                    continue;
                }

                // Noll's polynomials (1976, 10.1364/JOSA.66.000207).
                double phase = wave * ((optics.AstigmatismNm * Math.Sqrt(6) * ((x * x) - (y * y)))
                    + (optics.ComaNm * Math.Sqrt(8) * ((3 * square) - 2) * x)
                    + (optics.SphericalNm * Math.Sqrt(5) * ((6 * square * square) - (6 * square) + 1)));
                double sine = optics.NumericalAperture * Math.Sqrt(square) / optics.RefractiveIndex, cosine = Math.Sqrt(1 - (sine * sine));
                int at = (j * Samples) + i;
                _pupil[at] = Complex.FromPolarCoordinates(1 / Math.Sqrt(cosine), phase);
                _axial[at] = wave * optics.RefractiveIndex * cosine;
                energy += 1 / cosine;
            }
        }

        // Parseval: the intensity's integral over the plane is the pupil's energy, so that an emitter's photons are all there.
        double perNm = optics.NumericalAperture / optics.WavelengthNm;
        _scale = perNm * perNm * step * step / energy;
    }

    /// <summary>The objective.</summary>
    public PupilOptics Optics { get; }

    /// <summary>Adds one emitter to an image of expected photons.</summary>
    /// <param name="image">Expected photons, row-major (y, x), as large as the grid.</param>
    /// <param name="grid">The image's pixels.</param>
    /// <param name="xNm">Position along columns, nm from the corner; may lie outside.</param>
    /// <param name="yNm">Position along rows, nm from the corner; may lie outside.</param>
    /// <param name="zNm">Depth, nm: how far the emitter lies beyond the plane between the two foci.</param>
    /// <param name="photons">Photons of the whole PSF.</param>
    /// <param name="reachNm">Light farther from the emitter than this along x or y is left out, nm. Default 2000.</param>
    /// <exception cref="ArgumentException">The image has another size than the grid.</exception>
    public void Add(Span<float> image, PixelGrid grid, double xNm, double yNm, double zNm, double photons, double reachNm = 2000)
    {
        if (image.Length != grid.PixelCount)
        {
            throw new ArgumentException($"{image.Length} pixels given for an image of {grid.Width} × {grid.Height}.", nameof(image));
        }

        (int x0, int x1) = Range(xNm, reachNm, grid.Width, grid.PixelSizeNm);
        (int y0, int y1) = Range(yNm, reachNm, grid.Height, grid.PixelSizeNm);
        if (x0 >= x1 || y0 >= y1)
        {
            return;
        }

        for (int i = 0; i < _pupil.Length; i++)
        {
            _focused.Set(i, _pupil[i] * Complex.FromPolarCoordinates(1, _axial[i] * zNm));
        }

        int columns = (x1 - x0) * PerPixel, rows = (y1 - y0) * PerPixel;
        MakeWaves(_columns, x0, columns, xNm, grid.PixelSizeNm);
        MakeWaves(_rows, y0, rows, yNm, grid.PixelSizeNm);

        // The field at each column, still along the pupil's rows.
        _half.Grow(columns);
        for (int column = 0; column < columns; column++)
        {
            for (int j = 0; j < Samples; j++)
            {
                (float real, float imaginary) = Waves.Dot(_focused, j, _columns, column);
                _half.Set((column * Samples) + j, new Complex(real, imaginary));
            }
        }

        double perSample = grid.PixelSizeNm * grid.PixelSizeNm / (PerPixel * PerPixel), share = photons * _scale * perSample;
        for (int row = 0; row < rows; row++)
        {
            Span<float> pixels = image.Slice((((row / PerPixel) + y0) * grid.Width) + x0, x1 - x0);
            for (int column = 0; column < columns; column++)
            {
                (float real, float imaginary) = Waves.Dot(_rows, row, _half, column);
                pixels[column / PerPixel] += (float)(share * ((real * real) + (imaginary * imaginary)));
            }
        }
    }

    private void MakeWaves(Waves waves, int first, int count, double position, double pixel)
    {
        waves.Grow(count);
        for (int s = 0; s < count; s++)
        {
            double distance = ((first + ((s + 0.5) / PerPixel)) * pixel) - position;
            for (int i = 0; i < Samples; i++)
            {
                waves.Set((s * Samples) + i, Complex.FromPolarCoordinates(1, -_lateral * ((((i + 0.5) * 2.0) / Samples) - 1) * distance));
            }
        }
    }

    private static (int From, int To) Range(double position, double reach, int size, double pixel) => (
        (int)Math.Clamp(Math.Floor((position - reach) / pixel), 0, size),
        (int)Math.Clamp(Math.Ceiling((position + reach) / pixel), 0, size));

    /// <summary>Rows of complex numbers along the pupil, real and imaginary parts apart, so that sums of products are vectors' work.</summary>
    private sealed class Waves(int rows)
    {
        private float[] _real = new float[rows * Samples];
        private float[] _imaginary = new float[rows * Samples];

        public static (float Real, float Imaginary) Dot(Waves a, int rowA, Waves b, int rowB)
        {
            nuint i = (nuint)(rowA * Samples), j = (nuint)(rowB * Samples), end = i + Samples;
            ref float ar = ref MemoryMarshal.GetArrayDataReference(a._real), ai = ref MemoryMarshal.GetArrayDataReference(a._imaginary);
            ref float br = ref MemoryMarshal.GetArrayDataReference(b._real), bi = ref MemoryMarshal.GetArrayDataReference(b._imaginary);
            Vector<float> real = Vector<float>.Zero, imaginary = Vector<float>.Zero;

            // 48 samples are whole vectors of 4, 8 and 16.
            for (; i < end; i += (nuint)Vector<float>.Count, j += (nuint)Vector<float>.Count)
            {
                Vector<float> xr = Vector.LoadUnsafe(ref ar, i), xi = Vector.LoadUnsafe(ref ai, i);
                Vector<float> yr = Vector.LoadUnsafe(ref br, j), yi = Vector.LoadUnsafe(ref bi, j);
                real += (xr * yr) - (xi * yi);
                imaginary += (xr * yi) + (xi * yr);
            }

            return (Vector.Sum(real), Vector.Sum(imaginary));
        }

        public void Grow(int rows)
        {
            if (_real.Length < rows * Samples)
            {
                (_real, _imaginary) = (new float[rows * Samples], new float[rows * Samples]);
            }
        }

        public void Set(int at, Complex value) => (_real[at], _imaginary[at]) = ((float)value.Real, (float)value.Imaginary);
    }
}
