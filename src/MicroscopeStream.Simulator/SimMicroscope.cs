using MicroscopeStream.Simulator.Cameras;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Simulator;

/// <summary>
/// A structured-illumination microscope in software: an object times the light of each frame, blurred by the lens, summed over the
/// camera's pixels, with the camera's noise. The object reaches beyond the field, so that nothing is periodic.
/// Frame n is the same whenever it is asked for.
/// </summary>
/// <remarks>Not thread-safe: an instance keeps its working memory.</remarks>
public sealed class SimMicroscope
{
    private const int Fineness = 4;
    private const int MarginPixels = 20;

    private readonly FineField _field;
    private readonly float[] _object;
    private readonly float[] _light;
    private readonly float[] _expected;
    private readonly FineFilter _lens;
    private readonly SimulatedCamera _camera;
    private readonly FrameOrder _order;

    /// <summary>Builds the sample and the instrument.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <exception cref="ArgumentException">An option of the scene is impossible; the message lists all that are.</exception>
    public SimMicroscope(SimScene scene)
    {
        scene.ThrowIfInvalid();
        Scene = scene;
        _order = FrameOrder.Parse(scene.Order);
        Transfer = new OpticalTransfer(scene.NumericalAperture, scene.WavelengthNm, scene.Damping);
        Pattern = SimPatterns.Make(scene, _order, Transfer);
        _field = new FineField(scene.Grid, Fineness, MarginPixels);
        _object = SimObjects.Draw(scene, _field);
        _light = new float[_object.Length];
        _expected = new float[scene.Grid.PixelCount];
        _lens = new FineFilter(_field, Transfer.CutoffPerUm, Transfer.At);
        _camera = new SimulatedCamera(scene.Camera, scene.Grid, scene.Seed);
        ScaleToPhotons();
    }

    /// <summary>What is simulated.</summary>
    public SimScene Scene { get; }

    /// <summary>The light's pattern, as it truly is.</summary>
    public IlluminationPattern Pattern { get; }

    /// <summary>The lens.</summary>
    public OpticalTransfer Transfer { get; }

    /// <summary>Exposes one frame.</summary>
    /// <param name="frame">Its number, ≥ 0; groups follow each other.</param>
    /// <param name="pixels">Where its ADU values go, row-major (y, x).</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is negative.</exception>
    /// <exception cref="ArgumentException">The buffer has another size than the grid.</exception>
    public void Expose(long frame, Span<ushort> pixels)
    {
        ExpectedPhotons(frame, _expected);
        _camera.Expose(frame, _expected, pixels);
    }

    /// <summary>What a camera without noise would see: the expected photons of each pixel of one frame.</summary>
    /// <param name="frame">Its number, ≥ 0.</param>
    /// <param name="photons">Where they go, row-major (y, x).</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is negative.</exception>
    /// <exception cref="ArgumentException">The buffer has another size than the grid.</exception>
    public void ExpectedPhotons(long frame, Span<float> photons)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        if (photons.Length != Scene.Grid.PixelCount)
        {
            throw new ArgumentException($"{photons.Length} pixels given for a frame of {Scene.Width} × {Scene.Height}.", nameof(photons));
        }

        Pattern.Illuminate((int)(frame % Pattern.Frames), _field.Grid, _field.OriginNm, _light);
        for (int i = 0; i < _light.Length; i++)
        {
            _light[i] *= _object[i];
        }

        _lens.Apply(_light);
        _field.Sum(_light, Fineness, (float)Math.Pow(Scene.LightKeptPerFrame, frame), photons);
        for (int i = 0; i < photons.Length; i++)
        {
            photons[i] = Math.Max(0, photons[i]) + (float)Scene.BackgroundPhotons;
        }
    }

    /// <summary>
    /// The object at twice the resolution of the lens: filtered by the ideal transfer function of twice its cutoff, in photons per
    /// camera pixel's area, without background, on <see cref="SimScene.TruthGrid"/>.
    /// </summary>
    public float[] Truth()
    {
        float[] image = [.. _object];
        double cutoff = 2 * Transfer.CutoffPerUm;
        new FineFilter(_field, cutoff, k => OpticalTransfer.Ideal(k / cutoff)).Apply(image);
        var truth = new float[Scene.TruthGrid.PixelCount];
        _field.Sum(image, Fineness / 2, 4, truth);
        return truth;
    }

    private void ScaleToPhotons()
    {
        _object.CopyTo(_light, 0);
        _lens.Apply(_light);
        _field.Sum(_light, Fineness, 1, _expected);
        float scale = (float)(Scene.Photons / Math.Max(1e-9, _expected.Max()));
        for (int i = 0; i < _object.Length; i++)
        {
            _object[i] *= scale;
        }
    }
}
