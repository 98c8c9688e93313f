using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Cameras;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Beads;

/// <summary>Beads on glass, focused through in equal steps. Slice n is the same whenever it is asked for.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class BeadStack
{
    private const int Attempts = 200;
    private readonly List<(double X, double Y, double Height, double Photons)> _beads = [];
    private readonly PupilPsf _psf;
    private readonly SimulatedCamera _camera;
    private readonly float[] _photons;

    /// <summary>Scatters the beads.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <exception cref="ArgumentException">An option of the scene is impossible.</exception>
    public BeadStack(BeadScene scene)
    {
        scene.ThrowIfInvalid();
        Scene = scene;
        _psf = new PupilPsf(scene.Optics);
        _camera = new SimulatedCamera(scene.Camera, scene.Grid, scene.Seed, scene.SaturationAdu);
        _photons = new float[scene.Grid.PixelCount];
        Scatter();
    }

    /// <summary>What is simulated.</summary>
    public BeadScene Scene { get; }

    /// <summary>Beads that found room.</summary>
    public int Beads => _beads.Count;

    /// <summary>Exposes one slice.</summary>
    /// <param name="slice">Which, 0 … <see cref="BeadScene.Slices"/> − 1.</param>
    /// <param name="pixels">Where its ADU values go, row-major (y, x), Width × Height.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    public void Expose(int slice, Span<ushort> pixels)
    {
        ExpectedPhotons(slice, _photons);
        _camera.Expose(slice, _photons, pixels);
    }

    /// <summary>What a camera without noise would see.</summary>
    /// <param name="slice">Which slice.</param>
    /// <param name="photons">Where the expected photons go, row-major (y, x), Width × Height.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    public void ExpectedPhotons(int slice, Span<float> photons)
    {
        photons.Fill((float)Scene.BackgroundPhotons);
        foreach (Localization bead in Truth(slice))
        {
            _psf.Add(photons, Scene.Grid, bead.X, bead.Y, bead.Z, bead.Photons, reachNm: 3000);
        }
    }

    /// <summary>The beads of a slice: positions, depth in this slice, and photons.</summary>
    /// <param name="slice">Which slice; the localizations' frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    public IReadOnlyList<Localization> Truth(int slice)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slice);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slice, Scene.Slices);
        double stage = Scene.FirstZNm + (slice * Scene.ZStepNm);
        return
        [
            .. _beads.Select(b => new Localization
            {
                Frame = slice,
                X = b.X,
                Y = b.Y,
                Z = stage + b.Height,
                Photons = (float)b.Photons,
                Background = (float)Scene.BackgroundPhotons,
            }),
        ];
    }

    private void Scatter()
    {
        double margin = Math.Min(Math.Min(Scene.Grid.WidthNm, Scene.Grid.HeightNm) / 4, 1600);
        var random = new RandomStream(Scene.Seed, RandomPurpose.Structure);
        for (int attempt = 0; attempt < Attempts * Scene.Beads && _beads.Count < Scene.Beads; attempt++)
        {
            double x = margin + (random.NextUnit() * (Scene.Grid.WidthNm - (2 * margin)));
            double y = margin + (random.NextUnit() * (Scene.Grid.HeightNm - (2 * margin)));
            if (_beads.TrueForAll(b => Math.Max(Math.Abs(b.X - x), Math.Abs(b.Y - y)) >= Scene.SpacingNm))
            {
                double height = Scene.HeightSpreadNm * ((2 * random.NextUnit()) - 1);
                double photons = Scene.Photons * Math.Max(0.1, 1 + (Scene.PhotonsSpread * random.NextNormal()));
                _beads.Add((x, y, height, photons));
            }
        }
    }
}
