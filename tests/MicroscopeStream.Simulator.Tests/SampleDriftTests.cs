using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests;

public sealed class SampleDriftTests
{
    [Test]
    public void A_random_walk_moves_as_far_as_its_steps_say_and_jumps_where_it_should()
    {
        // 400 walks of 100 steps of 2 nm along each axis: √(2 · 100) · 2 nm = 28.3 nm, to within 4 standard errors.
        double[] distances = [.. Enumerable.Range(1, 400).Select(seed => Length(new SampleDrift(new SmlmScene { Seed = (ulong)seed, DriftStepNm = 2 }).At(100)))];
        Assert.That(Math.Sqrt(distances.Average(d => d * d)), Is.EqualTo(28.3).Within(2.9));

        var jumping = new SampleDrift(new SmlmScene { DriftJumpFrames = 10, DriftJumpNm = 50 });
        Assert.That(jumping.At(9), Is.EqualTo((0.0, 0.0)));
        Assert.That(Length(jumping.At(10)), Is.EqualTo(50).Within(1e-9));
        Assert.That(jumping.At(19), Is.EqualTo(jumping.At(10)));
    }

    [Test]
    public void Truth_and_frames_move_with_the_sample()
    {
        var scene = new SmlmScene { Width = 32, Height = 32, DensityPerUm2 = 0.3, WholeFrames = true, BackgroundPhotons = 0, BackgroundSpread = 0, DriftStepNm = 30, Seed = 4 };
        var microscope = new SmlmMicroscope(scene);
        List<Localization> truth = [];
        var photons = new float[32 * 32];
        double before = 0, after = 0;
        for (int frame = 0; frame < 40; frame++)
        {
            truth.Clear();
            microscope.GroundTruth(frame, truth);
            microscope.ExpectedPhotons(frame, photons);
            (double x, double y) = microscope.Drift.At(frame);
            foreach (Localization emitter in truth)
            {
                after += At(photons, emitter.X, emitter.Y);
                before += At(photons, emitter.X - x, emitter.Y - y);
            }
        }

        // Light is where the truth says, not where it would be without drift.
        Assert.That(after, Is.GreaterThan(1.3 * before));
    }

    [Test]
    public void A_sample_that_stands_still_is_what_it_was()
    {
        var drift = new SampleDrift(new SmlmScene());
        Assert.That(drift.Moves, Is.False);
        Assert.That(drift.At(12345), Is.EqualTo((0.0, 0.0)));
        Assert.That(new SmlmScene { DriftStepNm = -1 }.Problems(), Has.Some.Contains("drift_step_nm"));
    }

    private static float At(float[] photons, double x, double y)
    {
        int column = (int)(x / 100), row = (int)(y / 100);
        return column is >= 0 and < 32 && row is >= 0 and < 32 ? photons[(row * 32) + column] : 0;
    }

    private static double Length((double X, double Y) drift) => Math.Sqrt((drift.X * drift.X) + (drift.Y * drift.Y));
}
