using System.Globalization;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Numerics;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>
/// Estimates baseline and photons per ADU from a stream's first frames, for users who do not describe their camera.
/// </summary>
/// <remarks>
/// The noise is measured in the corner of frequency space, where the objective passes no light (the idea of Heintzmann et al.
/// 2016, arXiv:1611.05654), on differences of successive frames, so that fixed patterns cancel; its variance is fitted as a
/// line over the local mean. The slope is excess noise factor ÷ photons per ADU. The line's zero lies below the baseline by
/// the read noise, for which a usual value is taken. Not thread-safe.
/// </remarks>
public sealed class CameraEstimator
{
    private const int MostSamples = 1 << 17;
    private const int FewestSamples = 800;
    private const double LargestGainError = 0.4;
    private const double LeastWhiteness = 0.8;
    private const double UsualReadNoise = 1.5;
    private static readonly DifferenceFilter Sharp = new(6);
    private static readonly DifferenceFilter Softer = new(4);
    private readonly PixelType _pixelType;
    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;
    private readonly float[] _previous;
    private readonly float[] _current;
    private readonly float[] _difference;
    private readonly float[] _mean;
    private readonly List<(float Mean, float Sharp, float Softer)> _samples = [];
    private readonly List<float> _levels = [];
    private long _clipped;

    /// <summary>Makes an estimator without frames.</summary>
    /// <param name="width">Columns of a frame, ≥ 1.</param>
    /// <param name="height">Rows of a frame, ≥ 1.</param>
    /// <param name="pixelType">Type of the raw pixels.</param>
    /// <param name="wantedFrames">Frames after which <see cref="IsFull"/>, ≥ 1. Default 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the type unknown.</exception>
    public CameraEstimator(int width, int height, PixelType pixelType, int wantedFrames = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(wantedFrames, 1);
        (_width, _height, _pixelType, WantedFrames) = (width, height, pixelType, wantedFrames);
        BytesPerFrame = checked(width * height * pixelType.BytesPerPixel());
        int perPair = MostSamples / ((wantedFrames + 1) / 2);
        _stride = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)width * height / perPair)));
        (_previous, _current) = (new float[width * height], new float[width * height]);
        (_difference, _mean) = (new float[width * height], new float[width * height]);
    }

    /// <summary>Frames after which more of them bring little.</summary>
    public int WantedFrames { get; }

    /// <summary>Bytes of one raw frame.</summary>
    public int BytesPerFrame { get; }

    /// <summary>Frames seen.</summary>
    public int Frames { get; private set; }

    /// <summary>Whether as many frames as wanted have been seen; later ones are ignored.</summary>
    public bool IsFull => Frames >= WantedFrames;

    /// <summary>Looks at one frame.</summary>
    /// <param name="raw">Row-major (y, x), little-endian.</param>
    /// <exception cref="ArgumentException">The frame is of another size.</exception>
    public void Add(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != BytesPerFrame)
        {
            throw new ArgumentException($"A frame takes {BytesPerFrame} bytes; {raw.Length} were given.", nameof(raw));
        }

        if (IsFull)
        {
            return;
        }

        Load(raw, Frames % 2 == 0 ? _previous : _current);
        Frames++;
        KeepLevels(Frames % 2 == 1 ? _previous : _current);
        if (Frames % 2 == 0)
        {
            for (int i = 0; i < _mean.Length; i++)
            {
                _mean[i] = (_previous[i] + _current[i]) / 2;
                _difference[i] = (_previous[i] - _current[i]) / MathF.Sqrt(2);
            }

            Sample(_difference, _mean);
        }
    }

    /// <summary>Estimates from the frames seen so far; with fewer than two, from the structure of the one.</summary>
    /// <param name="kind">The sensor, which the frames cannot tell: an EMCCD's excess noise makes its photons twice as many.</param>
    public CameraEstimate Estimate(CameraKind kind = CameraKind.Scmos)
    {
        if (Frames == 1)
        {
            _samples.Clear();
            Sample(_previous, _previous);
        }

        double dark = Percentile(0.1);
        if (_samples.Count < FewestSamples)
        {
            return Fallback(kind, dark, $"the frames hold too few usable pixels ({_samples.Count} samples of {FewestSamples})");
        }

        float[] means = [.. _samples.Select(s => s.Mean)];
        int[] order = [.. Enumerable.Range(0, means.Length)];
        Array.Sort(means, order);
        var sharp = PhotonTransferFit.Of([.. order.Select(i => _samples[i].Sharp)], means, Sharp.Redundancy(_stride));
        var softer = PhotonTransferFit.Of([.. order.Select(i => _samples[i].Softer)], means, Softer.Redundancy(_stride));
        if (!(sharp.DimVariance > 0) || !(sharp.Slope > 0))
        {
            return Fallback(kind, dark, "their noise does not grow with intensity");
        }

        // White noise comes out of both filters alike; interpolation and smoothing take most where frequencies are highest.
        if (sharp.DimVariance < LeastWhiteness * softer.DimVariance)
        {
            return Fallback(kind, dark, "their pixels are not independent (interpolated, smoothed or denoised frames)");
        }

        double error = sharp.SlopeError / sharp.Slope;
        return error > LargestGainError
            ? Fallback(kind, dark, string.Create(CultureInfo.InvariantCulture, $"their intensities vary too little (gain ± {error:p0})"))
            : Supported(kind, sharp, means[means.Length / 1000], error);
    }

    /// <summary>A percentile of all levels seen, ADU; clipped pixels count as 0.</summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <returns>0 when nothing usable was seen.</returns>
    public double LevelAdu(double percent) => Percentile(percent);

    private CameraEstimate Supported(CameraKind kind, PhotonTransferFit fit, double darkest, double error)
    {
        // Behind an EM register the read noise does not count.
        double readNoise = kind == CameraKind.Emccd ? 0 : UsualReadNoise;
        double baseline = fit.ZeroAdu + (readNoise * readNoise * fit.Slope);
        double bounded = Math.Clamp(baseline, 0, Math.Max(0, darkest));
        if (kind == CameraKind.Scmos)
        {
            readNoise = Math.Sqrt(Math.Max(0, (bounded - fit.ZeroAdu) / fit.Slope));
        }

        var camera = new CameraModel
        {
            Kind = kind,
            BaselineAdu = bounded,
            ElectronsPerAdu = (kind == CameraKind.Emccd ? 2 : 1) / fit.Slope,
            ReadNoiseElectrons = readNoise,
            Estimated = true,
        };
        string other = kind == CameraKind.Emccd
            ? "an sCMOS camera would have seen half as many photons"
            : "an EMCCD would have seen twice as many photons";
        return new CameraEstimate(camera, true, error, fit.ZeroError, string.Create(
            CultureInfo.InvariantCulture,
            $"No camera description: from the noise of {Frames} frames, a baseline of {bounded:f1} ± {fit.ZeroError:f1} ADU and "
            + $"{camera.PhotonsPerAdu:g3} ± {error:p0} photons per ADU were estimated; {other}. "
            + $"Give a camera description for exact photons."));
    }

    private CameraEstimate Fallback(CameraKind kind, double dark, string why)
    {
        var camera = new CameraModel
        {
            Kind = kind,
            BaselineAdu = Math.Max(0, double.IsFinite(dark) ? dark : 0),
            ElectronsPerAdu = 1,
            Estimated = true,
        };
        return new CameraEstimate(camera, false, double.NaN, double.NaN, string.Create(
            CultureInfo.InvariantCulture,
            $"No camera description, and the first {Frames} frames do not support an estimate: {why}. "
            + $"The darkest level, {camera.BaselineAdu:f1} ADU, is taken as baseline and 1 photon per ADU as gain, "
            + $"so photon numbers and predicted precisions mean little. Give a camera description."));
    }

    private void Load(ReadOnlySpan<byte> raw, Span<float> frame)
    {
        switch (_pixelType)
        {
            case PixelType.UInt8:
                for (int i = 0; i < frame.Length; i++)
                {
                    frame[i] = raw[i];
                }

                break;
            case PixelType.Float32:
                MemoryMarshal.Cast<byte, float>(raw).CopyTo(frame);
                break;
            default:
                ReadOnlySpan<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(raw);
                for (int i = 0; i < frame.Length; i++)
                {
                    frame[i] = shorts[i];
                }

                break;
        }

        // Saturated pixels have lost their noise, and integer zeros are what was clipped there: neither may be sampled.
        float limit = (float)_pixelType.SaturationAdu();
        for (int i = 0; i < frame.Length; i++)
        {
            bool clipped = frame[i] == 0 && _pixelType != PixelType.Float32;
            _clipped += clipped ? 1 : 0;
            if (clipped || !(frame[i] < limit) || !float.IsFinite(frame[i]))
            {
                frame[i] = float.NaN;
            }
        }
    }

    private void KeepLevels(ReadOnlySpan<float> frame)
    {
        int step = Math.Max(1, frame.Length * WantedFrames / MostSamples);
        for (int i = Frames % step; i < frame.Length; i += step)
        {
            if (!float.IsNaN(frame[i]))
            {
                _levels.Add(frame[i]);
            }
        }
    }

    private void Sample(ReadOnlySpan<float> noise, ReadOnlySpan<float> mean)
    {
        int inset = (Sharp.Size - Softer.Size) / 2 * (_width + 1);

        // Each pair begins elsewhere: a fixed lattice could fall in with that of interpolated pixels.
        int pair = Frames / 2;
        for (int y = pair / _stride % _stride; y + Sharp.Size <= _height; y += _stride)
        {
            for (int x = pair % _stride; x + Sharp.Size <= _width; x += _stride)
            {
                int at = (y * _width) + x;
                float sharp = Sharp.Apply(noise, at, _width).Response, local = Sharp.Apply(mean, at, _width).Mean;
                if (float.IsFinite(sharp) && float.IsFinite(local))
                {
                    _samples.Add((local, sharp, Softer.Apply(noise, at + inset, _width).Response));
                }
            }
        }
    }

    private double Percentile(double percent)
    {
        if (_levels.Count == 0 || _clipped > percent / 100 * Frames * _mean.Length)
        {
            return 0;
        }

        return OrderStatistic.Percentile([.. _levels], percent);
    }
}
