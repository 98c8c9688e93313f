using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Imaging.Numerics;

namespace MicroscopeStream.Imaging.Tests.Calibration;

/// <summary>Frames of blinking emitters over an uneven background, through a camera that is known.</summary>
internal sealed class CameraFrames(int size, int seed)
{
    private readonly Random _random = new(seed);

    public double PsfSigmaPixels { get; init; } = 1.3;

    public double EmitterPhotons { get; init; } = 1500;

    public int EmittersPerFrame { get; init; } = 20;

    public double Background { get; init; } = 20;

    /// <summary>Multiplies the background from left to right, from 1 to this.</summary>
    public double BackgroundGradient { get; init; } = 2;

    /// <summary>Standard deviation of the single pixels' fixed offsets, electrons.</summary>
    public double FixedPatternElectrons { get; init; }

    public IEnumerable<ushort[]> Take(CameraModel camera, int frames)
    {
        double[] pattern = [.. Enumerable.Range(0, size * size).Select(_ => FixedPatternElectrons * Normal())];
        for (int f = 0; f < frames; f++)
        {
            double[] photons = Expected();
            var frame = new ushort[size * size];
            for (int i = 0; i < frame.Length; i++)
            {
                double electrons = Poisson(photons[i] * camera.QuantumEfficiency);
                double multiplied = camera.Kind == CameraKind.Emccd ? Gamma((int)electrons, camera.EmGain) : electrons;
                double adu = camera.BaselineAdu + ((multiplied + pattern[i] + (camera.ReadNoiseElectrons * Normal())) / camera.ElectronsPerAdu);
                frame[i] = (ushort)Math.Clamp(Math.Round(adu), 0, ushort.MaxValue);
            }

            yield return frame;
        }
    }

    public static ReadOnlySpan<byte> Bytes(ushort[] frame) => MemoryMarshal.AsBytes(frame.AsSpan());

    private double[] Expected()
    {
        var photons = new double[size * size];
        for (int i = 0; i < photons.Length; i++)
        {
            photons[i] = Background * (1 + ((BackgroundGradient - 1) * (i % size) / size));
        }

        for (int e = 0; e < EmittersPerFrame; e++)
        {
            double x = _random.NextDouble() * size, y = _random.NextDouble() * size, n = EmitterPhotons * (0.3 + _random.NextDouble());
            for (int py = 0; py < size; py++)
            {
                double along = Share(py, y);
                for (int px = 0; along > 1e-9 && px < size; px++)
                {
                    photons[(py * size) + px] += n * along * Share(px, x);
                }
            }
        }

        return photons;
    }

    private double Share(int pixel, double centre)
    {
        double scale = 1 / (PsfSigmaPixels * Math.Sqrt(2));
        return 0.5 * (ErrorFunction.Erf((pixel + 1 - centre) * scale) - ErrorFunction.Erf((pixel - centre) * scale));
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private double Poisson(double mean)
    {
        // Beyond 50 the normal distribution differs from Poisson's by less than these tests can see.
        if (mean > 50)
        {
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        double limit = Math.Exp(-mean), product = _random.NextDouble();
        int count = 0;
        for (; product > limit; count++)
        {
            product *= _random.NextDouble();
        }

        return count;
    }

    /// <summary>What an electron-multiplying register makes of n electrons: the sum of n exponentials.</summary>
    private double Gamma(int n, double gain)
    {
        if (n > 50)
        {
            return gain * Math.Max(0, n + (Math.Sqrt(n) * Normal()));
        }

        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            sum -= gain * Math.Log(1 - _random.NextDouble());
        }

        return sum;
    }
}
