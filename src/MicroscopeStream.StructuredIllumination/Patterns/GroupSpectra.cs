using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>
/// What carriers are read from: for each frame n of a group the product g_n(r) = e_n(r) · m(r) of its difference from the group's mean
/// and that mean, both filtered. The mean knows no pattern, the difference nothing but pattern: the transform of g_n peaks at the
/// carriers, with the frame's phase, whatever the order of the frames.
/// </summary>
internal sealed class GroupSpectra
{
    private const int LargestSide = 1024;

    /// <summary>σ over which the strength of the mean is taken, in those of the PSF.</summary>
    private const double NeighbourhoodPsfs = 1.5;

    /// <summary>What is weaker than this share of the mean's root mean square is noise.</summary>
    private const double LeastStrength = 0.1;

    private readonly OpticalTransfer _transfer;
    private readonly float[] _meanReal;
    private readonly float[] _meanImaginary;
    private readonly float[] _filteredMean;
    private readonly double _noisePower;
    private readonly double _floor;

    public GroupSpectra(PixelGrid camera, ReadOnlySpan<float> frames, OpticalTransfer transfer)
    {
        _transfer = transfer;
        Count = frames.Length / camera.PixelCount;

        // The centre of a large field says all that is needed.
        (Width, Height) = (Math.Min(camera.Width, LargestSide), Math.Min(camera.Height, LargestSide));
        (Left, Top, Pixel) = ((camera.Width - Width) / 2, (camera.Height - Height) / 2, camera.PixelSizeNm * 1e-3);
        Transform = new RealFourierTransform2D(Width, Height);
        int length = Transform.SpectrumLength;
        (_meanReal, _meanImaginary, _filteredMean) = (new float[length], new float[length], new float[Width * Height]);
        var real = new float[Count][];
        var imaginary = new float[Count][];
        var image = new float[Width * Height];
        Means = new double[Count];
        for (int n = 0; n < Count; n++)
        {
            (real[n], imaginary[n]) = (new float[length], new float[length]);
            Means[n] = Prepare(frames.Slice(n * camera.PixelCount, camera.PixelCount), camera.Width, image);
            Transform.Forward(image, real[n], imaginary[n]);
            for (int i = 0; i < length; i++)
            {
                _meanReal[i] += real[n][i] / Count;
                _meanImaginary[i] += imaginary[n][i] / Count;
            }
        }

        _noisePower = NoisePower(real, imaginary);
        _floor = Math.Clamp(10 * _noisePower / Count / Math.Max(MeanPower(), 1e-30), 0.01, 0.5);
        Products = Multiply(real, imaginary);
    }

    public int Count { get; }

    public int Width { get; }

    public int Height { get; }

    public int Left { get; }

    public int Top { get; }

    /// <summary>Pixel size, µm.</summary>
    public double Pixel { get; }

    public RealFourierTransform2D Transform { get; }

    /// <summary>Mean of each frame.</summary>
    public double[] Means { get; }

    /// <summary>g_n, row-major.</summary>
    public float[][] Products { get; }

    public double StepX => 1 / (Width * Pixel);

    public double StepY => 1 / (Height * Pixel);

    /// <summary>
    /// The same, each divided by how strong the mean is around it: a few bright points count little more than many dim ones, whose sum
    /// tells a carrier from the places of the points.
    /// </summary>
    public float[][] EvenProducts()
    {
        var strength = new float[_filteredMean.Length];
        double power = 0;
        for (int i = 0; i < strength.Length; i++)
        {
            strength[i] = _filteredMean[i] * _filteredMean[i];
            power += strength[i] / strength.Length;
        }

        new GaussianBlur(NeighbourhoodPsfs * 0.42 / _transfer.CutoffPerUm / Pixel).Apply(strength, strength, Width, Height);
        float least = (float)(LeastStrength * Math.Sqrt(power));
        return [.. Products.Select(product => product.Zip(strength, (g, s) => g / (MathF.Sqrt(s) + least)).ToArray())];
    }

    /// <summary>The spectra of products.</summary>
    public (float[][] Real, float[][] Imaginary) Transformed(float[][] products)
    {
        var (real, imaginary) = (new float[products.Length][], new float[products.Length][]);
        for (int n = 0; n < products.Length; n++)
        {
            (real[n], imaginary[n]) = (new float[Transform.SpectrumLength], new float[Transform.SpectrumLength]);
            Transform.Forward(products[n], real[n], imaginary[n]);
        }

        return (real, imaginary);
    }

    /// <summary>
    /// What the transform of a product would be at a carrier of modulation depth 2 and phase 0: the mean's power, brought from the
    /// lens's transfer at k to that at k + carrier. Noise of the mean is taken off.
    /// </summary>
    public double Overlap(double kx, double ky)
    {
        double sum = 0;
        for (int v = 0; v < Height; v++)
        {
            double fy = (v <= Height / 2 ? v : v - Height) * StepY;
            for (int u = 0; u < Transform.Columns; u++)
            {
                double fx = u * StepX, k = Math.Sqrt((fx * fx) + (fy * fy));
                if (k >= _transfer.CutoffPerUm)
                {
                    break;
                }

                int i = (v * Transform.Stride) + u;
                double power = ((double)_meanReal[i] * _meanReal[i]) + ((double)_meanImaginary[i] * _meanImaginary[i]) - (_noisePower / Count);
                double o = _transfer.At(k), weight = HighPass(k) / ((o * o) + _floor) * power;
                double above = weight * Gain(_transfer.At(fx + kx, fy + ky), fx + kx, fy + ky);
                bool alone = u == 0 || 2 * u == Width;
                sum += alone ? above : above + (weight * Gain(_transfer.At(kx - fx, ky - fy), kx - fx, ky - fy));
            }
        }

        return sum / ((double)Width * Height);
    }

    private double Prepare(ReadOnlySpan<float> frame, int stride, float[] image)
    {
        double mean = 0;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> row = frame.Slice(((Top + y) * stride) + Left, Width);
            foreach (float value in row)
            {
                mean += value;
            }
        }

        mean /= Width * Height;
        double scale = mean > 0 ? 1 / mean : 1;
        int edge = EdgeWindow.EdgeOf(Width, Height);
        float[] fadeX = EdgeWindow.Make(Width, edge), fadeY = EdgeWindow.Make(Height, edge);
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> row = frame.Slice(((Top + y) * stride) + Left, Width);
            for (int x = 0; x < Width; x++)
            {
                image[(y * Width) + x] = (float)((row[x] - mean) * scale) * fadeX[x] * fadeY[y];
            }
        }

        return mean;
    }

    private float[][] Multiply(float[][] real, float[][] imaginary)
    {
        float[] filter = Filter();
        int length = Transform.SpectrumLength;
        float[] re = new float[length], im = new float[length], mean = _filteredMean;
        for (int i = 0; i < length; i++)
        {
            (re[i], im[i]) = (_meanReal[i] * filter[i], _meanImaginary[i] * filter[i]);
        }

        Transform.Inverse(re, im, mean);
        var products = new float[Count][];
        for (int n = 0; n < Count; n++)
        {
            for (int i = 0; i < length; i++)
            {
                re[i] = (real[n][i] - _meanReal[i]) * filter[i];
                im[i] = (imaginary[n][i] - _meanImaginary[i]) * filter[i];
            }

            products[n] = new float[mean.Length];
            Transform.Inverse(re, im, products[n]);
            for (int i = 0; i < mean.Length; i++)
            {
                products[n][i] *= mean[i];
            }
        }

        return products;
    }

    private float[] Filter()
    {
        var filter = new float[Transform.SpectrumLength];
        for (int v = 0; v < Height; v++)
        {
            double fy = (v <= Height / 2 ? v : v - Height) * StepY;
            for (int u = 0; u < Transform.Columns; u++)
            {
                double fx = u * StepX, o = _transfer.At(fx, fy);
                filter[(v * Transform.Stride) + u] = (float)(o / ((o * o) + _floor) * HighPass(Math.Sqrt((fx * fx) + (fy * fy))));
            }
        }

        return filter;
    }

    // What is out of focus lies at low frequencies and is not modulated: it would only blur the peaks.
    private double HighPass(double k)
    {
        double s = k / (0.12 * _transfer.CutoffPerUm);
        return 1 - Math.Exp(-0.5 * s * s);
    }

    private double Gain(double o, double kx, double ky) => o * o / ((o * o) + _floor) * HighPass(Math.Sqrt((kx * kx) + (ky * ky)));

    // Power of the group's mean in the middle of the lens's band: where noise is as strong, dividing by the transfer gains nothing.
    private double MeanPower()
    {
        double sum = 0;
        int count = 0;
        for (int v = 0; v < Height; v++)
        {
            double fy = (v <= Height / 2 ? v : v - Height) * StepY;
            for (int u = 1; u < Transform.Columns; u++)
            {
                double fx = u * StepX, s = Math.Sqrt((fx * fx) + (fy * fy)) / _transfer.CutoffPerUm;
                if (s is > 0.3 and < 0.5)
                {
                    int i = (v * Transform.Stride) + u;
                    sum += ((double)_meanReal[i] * _meanReal[i]) + ((double)_meanImaginary[i] * _meanImaginary[i]);
                    count++;
                }
            }
        }

        return count > 0 ? sum / count : 0;
    }

    // Mean power of a frame's noise at one frequency, from where the lens passes nothing; 0 when there is no such place.
    private double NoisePower(float[][] real, float[][] imaginary)
    {
        double sum = 0;
        long count = 0;
        for (int v = 0; v < Height; v++)
        {
            double fy = (v <= Height / 2 ? v : v - Height) * StepY;
            for (int u = 1; u < Transform.Columns; u++)
            {
                double fx = u * StepX;
                if (Math.Sqrt((fx * fx) + (fy * fy)) <= 1.03 * _transfer.CutoffPerUm)
                {
                    continue;
                }

                int i = (v * Transform.Stride) + u;
                for (int n = 0; n < Count; n++)
                {
                    sum += ((double)real[n][i] * real[n][i]) + ((double)imaginary[n][i] * imaginary[n][i]);
                    count++;
                }
            }
        }

        return count > 100 ? sum / count : 0;
    }
}
