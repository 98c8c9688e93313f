using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Cameras;

/// <summary>
/// Turns expected photons into ADU with a camera's noise. sCMOS: Poisson, read noise, conversion, rounding, saturation.
/// EMCCD: Poisson (with spurious charge), the register's gamma-distributed gain (Hirsch et al. 2013,
/// 10.1371/journal.pone.0053671), then the same.
/// </summary>
/// <remarks>Immutable and thread-safe. A frame's noise depends on seed and frame number alone.</remarks>
public sealed class SimulatedCamera
{
    /// <summary>Electrons that an EM register's clock makes of nothing, per pixel and frame.</summary>
    public const double SpuriousElectrons = 0.002;

    private readonly CameraModel _model;
    private readonly PixelGrid _grid;
    private readonly ulong _seed;
    private readonly ushort _saturation;

    /// <summary>Makes a camera.</summary>
    /// <param name="model">Its description; maps, if any, must fit the grid.</param>
    /// <param name="grid">Its pixels.</param>
    /// <param name="seed">Seed of its noise.</param>
    /// <param name="saturationAdu">Largest ADU value, 1…65535.</param>
    /// <exception cref="ArgumentException">The description is impossible; the message names the fields.</exception>
    public SimulatedCamera(CameraModel model, PixelGrid grid, ulong seed, int saturationAdu = ushort.MaxValue)
    {
        IReadOnlyList<CameraProblem> problems = model.Validate(grid.PixelCount);
        if (problems.Count > 0)
        {
            throw new ArgumentException(
                string.Join("; ", problems.Select(p => $"{p.Field} is {p.Value}, expected {p.Expected}")), nameof(model));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(saturationAdu, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(saturationAdu, ushort.MaxValue);
        _model = model;
        _grid = grid;
        _seed = seed;
        _saturation = (ushort)saturationAdu;
    }

    /// <summary>Exposes one frame.</summary>
    /// <param name="frame">Its number, which names its noise.</param>
    /// <param name="photons">Expected photons per pixel, row-major (y, x), as large as the grid.</param>
    /// <param name="adu">Where the ADU values go, of the same size.</param>
    /// <exception cref="ArgumentException">A span has another size than the grid.</exception>
    public void Expose(long frame, ReadOnlySpan<float> photons, Span<ushort> adu)
    {
        if (photons.Length != _grid.PixelCount || adu.Length != _grid.PixelCount)
        {
            throw new ArgumentException($"{photons.Length} and {adu.Length} pixels given for a camera of {_grid.Width} × {_grid.Height}.");
        }

        for (int y = 0; y < _grid.Height; y++)
        {
            var random = new RandomStream(_seed, RandomPurpose.Noise, frame, y);
            int start = y * _grid.Width;
            ExposeRow(ref random, start, photons.Slice(start, _grid.Width), adu.Slice(start, _grid.Width));
        }
    }

    private void ExposeRow(ref RandomStream random, int start, ReadOnlySpan<float> photons, Span<ushort> adu)
    {
        bool multiplies = _model.Kind == CameraKind.Emccd;
        double efficiency = _model.QuantumEfficiency;
        double spurious = multiplies ? SpuriousElectrons : 0;
        double noise = _model.ReadNoiseElectrons, baseline = _model.BaselineAdu, perElectron = 1 / _model.ElectronsPerAdu;
        float[]? noises = _model.ReadVarianceMap, baselines = _model.BaselineMap, gains = _model.ElectronsPerAduMap;
        for (int x = 0; x < photons.Length; x++)
        {
            int at = start + x;
            double electrons = random.NextPoisson((photons[x] * efficiency) + spurious);
            if (multiplies && electrons > 0 && _model.EmGain > 1)
            {
                electrons = _model.EmGain * random.NextGamma(electrons);
            }

            electrons += random.NextNormal() * (noises is null ? noise : Math.Sqrt(noises[at]));
            double value = (baselines is null ? baseline : baselines[at])
                + (gains is null ? electrons * perElectron : electrons / gains[at]);

            // The converter rounds; what is below zero or beyond its range sticks at the end.
            adu[x] = (ushort)Math.Clamp(Math.Floor(value + 0.5), 0, _saturation);
        }
    }
}
