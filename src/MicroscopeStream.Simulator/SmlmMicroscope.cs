using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Blinking;
using MicroscopeStream.Simulator.Cameras;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator;

/// <summary>
/// A localization microscope in software: blinking molecules on a structure, a PSF (Gaussian, or measured and then in three dimensions), background and a camera.
/// Frame n is the same whenever it is asked for. Asking in rising order is fast; going back replays from frame 0.
/// </summary>
/// <remarks>Not thread-safe. After construction nothing is allocated per frame beyond the growth of the caller's list.</remarks>
public sealed class SmlmMicroscope
{
    // Expected photons below which an emitter is no part of the truth: nobody could see it.
    private const float FaintestTruth = 1;

    private const double DriftMarginNm = 500;

    private readonly float[] _background;
    private readonly float[] _photons;
    private readonly BlinkingMolecules _molecules;
    private readonly GaussianPsf _psf;
    private readonly SimulatedCamera _camera;
    private readonly Field _field;

    /// <summary>Builds the sample and the instrument.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <exception cref="ArgumentException">An option of the scene is impossible; the message lists all that are.</exception>
    public SmlmMicroscope(SmlmScene scene)
    {
        scene.ThrowIfInvalid();
        Scene = scene;
        Grid = scene.Grid;
        Drift = new SampleDrift(scene);

        double reach = scene.Psf?.Psf is { } measured ? measured.Size / 2 * measured.PixelSizeNm : 4 * scene.PsfSigmaNm;

        // What drifts into the field must have been there.
        _field = new Field(Grid.WidthNm, Grid.HeightNm, reach + (Drift.Moves ? DriftMarginNm : 0));
        _background = Background.Make(Grid, scene.Seed, scene.BackgroundPhotons, scene.BackgroundSpread);
        _photons = new float[Grid.PixelCount];
        _molecules = new BlinkingMolecules(scene, _field);
        _psf = new GaussianPsf(Grid);
        _camera = new SimulatedCamera(scene.Camera, Grid, scene.Seed, scene.SaturationAdu);
    }

    /// <summary>What is simulated.</summary>
    public SmlmScene Scene { get; }

    /// <summary>The camera's pixels.</summary>
    public PixelGrid Grid { get; }

    /// <summary>The camera's description, to turn ADU back into photons.</summary>
    public CameraModel Camera => Scene.Camera;

    /// <summary>How far the sample moves; positions of the truth are where the camera sees them, drift included.</summary>
    public SampleDrift Drift { get; }

    /// <summary>Exposes one frame.</summary>
    /// <param name="frame">Its number, ≥ 0.</param>
    /// <param name="pixels">Where its ADU values go, row-major (y, x), Width × Height.</param>
    /// <param name="truth">
    /// Where the emitters of the frame that lie in the field and give at least one photon are appended: position, expected
    /// photons in this frame, background and PSF width. Null: they are not wanted.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is negative.</exception>
    /// <exception cref="ArgumentException">The buffer has another size than the grid.</exception>
    public void Expose(long frame, Span<ushort> pixels, List<Localization>? truth = null)
    {
        ExpectedPhotons(frame, _photons);
        _camera.Expose(frame, _photons, pixels);
        if (truth is not null)
        {
            AppendTruth(truth);
        }
    }

    /// <summary>What a camera without noise would see: the expected photons of each pixel of one frame.</summary>
    /// <param name="frame">Its number, ≥ 0.</param>
    /// <param name="photons">Where they go, row-major (y, x), Width × Height.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is negative.</exception>
    /// <exception cref="ArgumentException">The buffer has another size than the grid.</exception>
    public void ExpectedPhotons(long frame, Span<float> photons)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        if (photons.Length != Grid.PixelCount)
        {
            throw new ArgumentException($"{photons.Length} pixels given for a frame of {Grid.Width} × {Grid.Height}.", nameof(photons));
        }

        _molecules.GoTo(frame);
        _background.CopyTo(photons);
        (double driftX, double driftY) = Drift.At(frame);
        for (int i = 0; i < _molecules.VisibleCount; i++)
        {
            (double x, double y, double z, float factor, float light) = _molecules.Visible(i);
            if (light > 0 && Scene.Psf?.Psf is { } measured)
            {
                measured.Add(photons, Grid, x + driftX, y + driftY, z, light);
            }
            else if (light > 0)
            {
                (double sigmaX, double sigmaY) = Widths(z);
                _psf.Add(photons, x + driftX, y + driftY, sigmaX * factor, sigmaY * factor, light);
            }
        }
    }

    /// <summary>Appends the emitters of a frame, as <see cref="Expose"/> does, without making its image.</summary>
    /// <param name="frame">Its number, ≥ 0.</param>
    /// <param name="truth">Where they are appended.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is negative.</exception>
    public void GroundTruth(long frame, List<Localization> truth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        _molecules.GoTo(frame);
        AppendTruth(truth);
    }

    private (double X, double Y) Widths(double z) =>
        Scene.Psf is { } psf ? (psf.Curves.X.At(z), psf.Curves.Y.At(z)) : (Scene.PsfSigmaNm, Scene.PsfSigmaNm);

    private void AppendTruth(List<Localization> truth)
    {
        (double driftX, double driftY) = Drift.At(_molecules.Frame);
        for (int i = 0; i < _molecules.VisibleCount; i++)
        {
            (double x, double y, double z, float factor, float light) = _molecules.Visible(i);
            (x, y) = (x + driftX, y + driftY);
            if (light >= FaintestTruth && _field.Contains(x, y))
            {
                int column = (int)(x / Grid.PixelSizeNm), row = (int)(y / Grid.PixelSizeNm);
                float background = _background[(Math.Min(row, Grid.Height - 1) * Grid.Width) + Math.Min(column, Grid.Width - 1)];
                (double sigmaX, double sigmaY) = Widths(z);
                truth.Add(new Localization
                {
                    Frame = _molecules.Frame,
                    X = x,
                    Y = y,
                    Z = Scene.Psf is null ? double.NaN : z,
                    Photons = light,
                    Background = background,
                    BackgroundStd = MathF.Sqrt(background),
                    PsfSigmaX = (float)sigmaX * factor,
                    PsfSigmaY = (float)sigmaY * factor,
                });
            }
        }
    }
}
