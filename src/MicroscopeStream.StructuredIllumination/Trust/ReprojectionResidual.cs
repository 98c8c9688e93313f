using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>What a result does not explain of the raw frames.</summary>
/// <param name="Map">Per camera pixel: root mean square over the bands of the residual, smoothed over a PSF, in units of its noise.</param>
/// <param name="Median">Median of the map without its margin.</param>
/// <param name="ShareAbove">Share of the map (without its margin) above <see cref="ReprojectionResidual.Threshold"/>.</param>
/// <param name="Largest">Largest value without the margin.</param>
public sealed record ResidualReading(float[] Map, double Median, double ShareAbove, double Largest);

/// <summary>
/// Holds a result against the raw frames: result × pattern, through the lens, one factor and one background fitted, and the difference
/// from the frames in units of their noise. The differences are sorted by band (unmodulated, and each carrier's cosine and sine), since
/// something invented is seen in one or the other, and smoothed over a PSF, which is as fine as a camera can see it. A comparison with
/// the widefield image alone (Culley et al. 2018, 10.1038/nmeth.4605) is the first of these bands.
/// </summary>
/// <remarks>Not thread-safe: an instance keeps its working memory.</remarks>
public sealed class ReprojectionResidual
{
    /// <summary>Map values above this are not explained by noise.</summary>
    public const double Threshold = 3;

    private readonly PixelGrid _camera;
    private readonly IlluminationPattern _pattern;
    private readonly SeamlessField _field;
    private readonly RealFourierTransform2D _fine;
    private readonly RealFourierTransform2D _coarse;
    private readonly Func<int, int, float> _restoring;
    private readonly bool _blursPixels;
    private readonly OpticalTransfer _transfer;
    private readonly GaussianBlur _psf;
    private readonly GaussianBlur _wide;
    private readonly float _unit;
    private readonly int _margin;

    /// <summary>Prepares comparisons.</summary>
    /// <param name="camera">The camera's pixels.</param>
    /// <param name="pattern">The light's pattern.</param>
    /// <param name="transfer">The lens.</param>
    /// <param name="made">What results hold of the object.</param>
    public ReprojectionResidual(PixelGrid camera, IlluminationPattern pattern, OpticalTransfer transfer, ResultTransfer made)
    {
        (_camera, _pattern, _transfer) = (camera, pattern, transfer);
        _field = new SeamlessField(new PixelGrid(2 * camera.Width, 2 * camera.Height, camera.PixelSizeNm / 2));
        PixelGrid fine = _field.Grid, coarse = new(fine.Width / 2, fine.Height / 2, camera.PixelSizeNm);
        (_restoring, _blursPixels) = (made.Restoring(coarse, pattern, transfer), made.IsBeforePixels);
        _fine = new RealFourierTransform2D(fine.Width, fine.Height);
        _coarse = new RealFourierTransform2D(coarse.Width, coarse.Height);

        // The core of the PSF: 0.21 λ/NA = 0.42 / cutoff.
        double sigma = 420 / transfer.CutoffPerUm / camera.PixelSizeNm;
        (_psf, _wide) = (new GaussianBlur(sigma), new GaussianBlur(4 * sigma));
        _unit = (float)(2 * Math.Sqrt(Math.PI) * sigma);
        _margin = Math.Max(4, (int)Math.Ceiling(3 * sigma));
    }

    /// <summary>Compares.</summary>
    /// <param name="result">The result on the grid twice as fine, row-major (y, x).</param>
    /// <param name="frames">The group's frames one after the other, baseline taken off.</param>
    /// <param name="noise">Noise of the frames.</param>
    /// <exception cref="ArgumentException">A number of pixels is wrong.</exception>
    public ResidualReading Measure(ReadOnlySpan<float> result, ReadOnlySpan<float> frames, NoiseModel noise)
    {
        int area = _camera.PixelCount, count = _pattern.Frames;
        if (result.Length != 4 * area || frames.Length != count * area)
        {
            throw new ArgumentException($"A result of {result.Length} and frames of {frames.Length} pixels given for a camera of {_camera.Width} × {_camera.Height}.");
        }

        float[] predicted = Predict(Object(result));
        (double factor, double background) = Fit(predicted, frames);
        float[] mean = new float[area], residual = predicted;
        for (int i = 0; i < frames.Length; i++)
        {
            mean[i % area] += frames[i] / count;
        }

        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] = (frames[i] - (float)((factor * residual[i]) + background)) / noise.DeviationAt(mean[i % area]);
        }

        return Read(Map(residual));
    }

    private static int Frequency(int row, int height) => row <= height / 2 ? row : row - height;

    // What the result says of the object: what took a share of a frequency divided out as far as anything passed.
    private float[] Object(ReadOnlySpan<float> result)
    {
        var whole = new float[_field.Grid.PixelCount];
        _field.Fill(result, 0, 1, whole);
        var (re, im) = (new float[_fine.SpectrumLength], new float[_fine.SpectrumLength]);
        _fine.Forward(whole, re, im);
        for (int v = 0; v < _fine.Height; v++)
        {
            for (int u = 0; u < _fine.Columns; u++)
            {
                float gain = _restoring(u, Frequency(v, _fine.Height));
                re[(v * _fine.Stride) + u] *= gain;
                im[(v * _fine.Stride) + u] *= gain;
            }
        }

        _fine.Inverse(re, im, whole);
        return whole;
    }

    private float[] Predict(float[] whole)
    {
        int area = _camera.PixelCount;
        float[] light = new float[whole.Length], frame = new float[_coarse.Width * _coarse.Height], predicted = new float[_pattern.Frames * area];
        var (re, im) = (new float[_fine.SpectrumLength], new float[_fine.SpectrumLength]);
        var (lowRe, lowIm) = (new float[_coarse.SpectrumLength], new float[_coarse.SpectrumLength]);
        for (int n = 0; n < _pattern.Frames; n++)
        {
            _pattern.Illuminate(n, _field.Grid, 0.5 * _camera.PixelSizeNm, light);
            for (int i = 0; i < light.Length; i++)
            {
                light[i] *= whole[i];
            }

            _fine.Forward(light, re, im);
            Blur(re, im, lowRe, lowIm);
            _coarse.Inverse(lowRe, lowIm, frame);
            for (int y = 0; y < _camera.Height; y++)
            {
                frame.AsSpan(y * _coarse.Width, _camera.Width).CopyTo(predicted.AsSpan((n * area) + (y * _camera.Width)));
            }
        }

        return predicted;
    }

    // Through the lens, and from the fine pixels' centres to the camera's, a quarter of a camera pixel further.
    private void Blur(float[] re, float[] im, float[] lowRe, float[] lowIm)
    {
        double stepX = 1000 / _field.Grid.WidthNm, stepY = 1000 / _field.Grid.HeightNm, shift = 0.25e-3 * _camera.PixelSizeNm;
        Array.Clear(lowRe);
        Array.Clear(lowIm);
        for (int v = 0; v < _coarse.Height; v++)
        {
            int frequency = Frequency(v, _coarse.Height), from = (frequency < 0 ? frequency + _fine.Height : frequency) * _fine.Stride;
            for (int u = 0; u < _coarse.Columns - 1 && 2 * Math.Abs(frequency) < _coarse.Height; u++)
            {
                // A quarter: the inverse transform divides by a quarter of the pixels.
                double o = 0.25 * _transfer.At(u * stepX, frequency * stepY) * Pixels(u * stepX) * Pixels(frequency * stepY);
                (double s, double c) = Math.SinCos(2 * Math.PI * shift * ((u * stepX) + (frequency * stepY)));
                double r = re[from + u], i = im[from + u];
                lowRe[(v * _coarse.Stride) + u] = (float)(o * ((r * c) - (i * s)));
                lowIm[(v * _coarse.Stride) + u] = (float)(o * ((r * s) + (i * c)));
            }
        }
    }

    // What the area of a camera's pixel passes along one axis.
    private double Pixels(double perUm)
    {
        double x = Math.PI * perUm * 1e-3 * _camera.PixelSizeNm;
        return _blursPixels && x != 0 ? Math.Sin(x) / x : 1;
    }

    private static (double Factor, double Background) Fit(float[] predicted, ReadOnlySpan<float> frames)
    {
        double n = frames.Length, sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            double x = predicted[i], y = frames[i];
            (sx, sy, sxx, sxy) = (sx + x, sy + y, sxx + (x * x), sxy + (x * y));
        }

        double variance = sxx - (sx * sx / n);
        double factor = variance > 0 ? (sxy - (sx * sy / n)) / variance : 0;
        return (factor, (sy - (factor * sx)) / n);
    }

    private float[] Map(float[] residual)
    {
        int area = _camera.PixelCount, bands = 0;
        float[] map = new float[area], band = new float[area], wave = new float[area];
        for (int angle = 0; angle < _pattern.Order.Angles; angle++)
        {
            int[] frames = [.. _pattern.FramesOf(angle)];
            Array.Clear(band);
            foreach (int n in frames)
            {
                for (int i = 0; i < area; i++)
                {
                    band[i] += residual[(n * area) + i];
                }
            }

            AddBand(map, band, 1 / Math.Sqrt(frames.Length));
            bands++;
            foreach (int c in _pattern.ComponentsOf(angle))
            {
                for (int quarter = 0; quarter < 2; quarter++)
                {
                    Array.Clear(band);
                    foreach (int n in frames)
                    {
                        Demodulate(residual.AsSpan(n * area, area), band, n, c, quarter * Math.PI / 2);
                    }

                    AddBand(map, band, Math.Sqrt(2.0 / frames.Length));
                    bands++;
                }
            }
        }

        for (int i = 0; i < area; i++)
        {
            map[i] = MathF.Sqrt(map[i] / bands);
        }

        return map;

        void Demodulate(ReadOnlySpan<float> from, float[] to, int n, int c, double quarter)
        {
            PatternComponent p = _pattern.Components[c];
            double stepX = 2e-3 * Math.PI * p.Kx * _camera.PixelSizeNm, stepY = 2e-3 * Math.PI * p.Ky * _camera.PixelSizeNm;
            for (int y = 0; y < _camera.Height; y++)
            {
                double start = _pattern.Phase(n, c) + (y * stepY) + quarter;
                for (int x = 0; x < _camera.Width; x++)
                {
                    to[(y * _camera.Width) + x] += from[(y * _camera.Width) + x] * (float)Math.Cos(start + (x * stepX));
                }
            }
        }
    }

    // Smoothed over a PSF, less what is even over four of them: light out of focus is modulated by nothing the result could know.
    private void AddBand(float[] map, float[] band, double factor)
    {
        float[] narrow = new float[band.Length], even = new float[band.Length];
        _psf.Apply(band, narrow, _camera.Width, _camera.Height);
        _wide.Apply(band, even, _camera.Width, _camera.Height);
        float unit = (float)factor * _unit;
        for (int i = 0; i < map.Length; i++)
        {
            float z = (narrow[i] - even[i]) * unit;
            map[i] += z * z;
        }
    }

    private ResidualReading Read(float[] map)
    {
        var inside = new List<float>();
        for (int y = _margin; y < _camera.Height - _margin; y++)
        {
            for (int x = _margin; x < _camera.Width - _margin; x++)
            {
                inside.Add(map[(y * _camera.Width) + x]);
            }
        }

        inside.Sort();
        double above = inside.Count(v => v > Threshold);
        return new ResidualReading(map, inside[inside.Count / 2], above / inside.Count, inside[^1]);
    }
}
