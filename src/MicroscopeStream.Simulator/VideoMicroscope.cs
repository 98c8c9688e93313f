using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Cameras;
using MicroscopeStream.Simulator.Living;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator;

/// <summary>
/// A localization microscope over a living sample: emitters blink on structures that move meanwhile, and the true density is known at
/// any time. Frames are exposed in rising order; the same scene gives the same frames.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class VideoMicroscope
{
    private readonly LivingSample _sample;
    private readonly GaussianPsf _psf;
    private readonly SimulatedCamera _camera;
    private readonly float[] _background;
    private readonly float[] _photons;
    private readonly (int Part, int Point)[] _places;
    private readonly double[] _lengths;
    private readonly bool[] _labelled;
    private readonly double _um;
    private readonly double _longest;
    private readonly List<Emitter> _on = [];
    private long _next;

    /// <summary>Builds sample and instrument.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <exception cref="ArgumentException">An option of the scene is impossible; the message lists all that are.</exception>
    public VideoMicroscope(VideoScene scene)
    {
        scene.ThrowIfInvalid();
        Scene = scene;
        _sample = new LivingSample(scene);
        _psf = new GaussianPsf(scene.Grid);
        _camera = new SimulatedCamera(scene.Camera, scene.Grid, scene.Seed);
        _background = Background.Make(scene.Grid, scene.Seed, scene.BackgroundPhotons, 0.2);
        _photons = new float[scene.Grid.PixelCount];
        _places = [.. _sample.Parts.SelectMany((part, index) => Enumerable.Range(0, part.Points).Select(point => (index, point)))];
        _lengths = new double[_places.Length];
        _labelled = new bool[_places.Length];
        var random = new RandomStream(scene.Seed, RandomPurpose.Molecule);
        for (int i = 0; i < _places.Length; i++)
        {
            _labelled[i] = random.NextUnit() < scene.Labelled;
            _lengths[i] = _sample.Parts[_places[i].Part].NmPerPoint;
        }

        // At least one, or there would be nothing to light up.
        _labelled[0] = true;
        (_um, _longest) = (_lengths.Sum() / 1000, _lengths.Max());
    }

    /// <summary>What is simulated.</summary>
    public VideoScene Scene { get; }

    /// <summary>Exposes the next frame.</summary>
    /// <param name="frame">Its number: 0 at first, then one more each time.</param>
    /// <param name="pixels">Where its ADU values go, row-major (y, x).</param>
    /// <param name="truth">Where emitters in the field that give at least one photon are appended; null: not wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not the next one.</exception>
    public void Expose(long frame, Span<ushort> pixels, List<Localization>? truth = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame, _next);
        _next++;
        _background.CopyTo(_photons.AsSpan());
        _sample.GoTo((frame + 0.5) / Scene.FrameRate);
        Light(frame);
        foreach (Emitter emitter in _on)
        {
            double share = Math.Min(emitter.End, frame + 1) - Math.Max(emitter.Start, frame);
            (int part, int point) = _places[emitter.Place];
            (double x, double y) = _sample.Parts[part].Position(point);
            float light = (float)(share * emitter.Photons);
            _psf.Add(_photons, x, y, Scene.PsfSigmaNm, Scene.PsfSigmaNm, light);
            if (truth is not null && light >= 1 && x >= 0 && y >= 0 && x < Scene.Grid.WidthNm && y < Scene.Grid.HeightNm)
            {
                truth.Add(new Localization { Frame = frame, X = x, Y = y, Photons = light, Background = (float)Scene.BackgroundPhotons });
            }
        }

        _on.RemoveAll(emitter => emitter.End <= frame + 1);
        _camera.Expose(frame, _photons, pixels);
    }

    /// <summary>The true density of a slice: at its middle, on the finer grid; a straight, evenly labelled filament has a peak of 1.</summary>
    /// <param name="slice">Its number, ≥ 0.</param>
    /// <param name="density">Where it goes, row-major (y, x).</param>
    public void Truth(long slice, Span<float> density)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slice);
        _sample.GoTo((slice + 0.5) * Scene.SliceFrames / Scene.FrameRate);
        _sample.Density(density);
    }

    /// <summary>Emitters that switch on during a frame: a Poisson number, anywhere on the labelled structure that is there.</summary>
    private void Light(long frame)
    {
        var random = new RandomStream(Scene.Seed, RandomPurpose.Blink, frame);
        int count = random.NextPoisson(Scene.EmittersPerUm * _um / Scene.OnTimeFrames);
        double variance = Math.Log(1 + (Scene.PhotonsSpread * Scene.PhotonsSpread));
        for (int i = 0; i < count; i++)
        {
            int place;
            do
            {
                // Points of one structure stand for nearly equal lengths; longer ones light up in proportion.
                place = (int)(random.NextUnit() * _places.Length);
            }
            while (!_labelled[place] || random.NextUnit() * _longest > _lengths[place]);

            double start = frame + random.NextUnit();
            double photons = Math.Exp(Math.Log(Scene.Photons) - (variance / 2) + (Math.Sqrt(variance) * random.NextNormal()));
            double end = start + random.NextExponential(Scene.OnTimeFrames);
            (int part, int point) = _places[place];
            if (random.NextUnit() < _sample.Parts[part].Presence(point))
            {
                _on.Add(new Emitter(place, start, end, photons));
            }
        }
    }

    private readonly record struct Emitter(int Place, double Start, double End, double Photons);
}
