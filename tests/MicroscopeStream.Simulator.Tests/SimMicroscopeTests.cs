using System.Text.Json;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Simulator.Output;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests;

public sealed class SimMicroscopeTests
{
    private static readonly SimScene Small = new() { Width = 64, Height = 48, Photons = 500 };

    [Test]
    public void The_same_seed_gives_the_same_frame_whenever_it_is_asked_for()
    {
        var first = new SimMicroscope(Small);
        var second = new SimMicroscope(Small);
        ushort[] a = new ushort[64 * 48], b = new ushort[64 * 48];
        first.Expose(0, b);
        first.Expose(7, a);
        second.Expose(7, b);
        Assert.That(a, Is.EqualTo(b));
        new SimMicroscope(Small with { Seed = 2 }).Expose(7, b);
        Assert.That(a, Is.Not.EqualTo(b));
    }

    [Test]
    public void The_phases_of_an_angle_add_up_to_widefield([Values("3x3", "3x5", "hex7")] string order)
    {
        var microscope = new SimMicroscope(Small with { Order = order, BackgroundPhotons = 0, MoleculesPerUm2 = 200 });
        var unmodulated = new SimMicroscope(Small with { Order = order, BackgroundPhotons = 0, Modulation = 0, SecondModulation = 0, MoleculesPerUm2 = 200 });
        var frame = new float[64 * 48];
        var sum = new double[64 * 48];
        int phases = microscope.Pattern.Order.Phases;
        for (int n = 0; n < phases; n++)
        {
            microscope.ExpectedPhotons(n, frame);
            for (int i = 0; i < frame.Length; i++)
            {
                sum[i] += frame[i] / phases;
            }
        }

        unmodulated.ExpectedPhotons(0, frame);
        double off = 0;
        for (int i = 0; i < frame.Length; i++)
        {
            off = Math.Max(off, Math.Abs(sum[i] - frame[i]));
        }

        // Where a pattern leaves almost no light, rounding can go below zero, which is cut off.
        Assert.That(off, Is.LessThan(0.005 * frame.Max()));
        Assert.That(frame.Max(), Is.EqualTo(500).Within(1));
    }

    [Test]
    public void The_truth_holds_as_many_photons_as_the_frames_and_finer_detail()
    {
        var microscope = new SimMicroscope(Small with { BackgroundPhotons = 0, Modulation = 0 });
        var frame = new float[64 * 48];
        microscope.ExpectedPhotons(0, frame);
        float[] truth = microscope.Truth();
        Assert.That(truth, Has.Length.EqualTo(4 * frame.Length));
        Assert.That(truth.Average(), Is.EqualTo(frame.Average()).Within(0.03 * frame.Average()));
        Assert.That(truth.Max(), Is.GreaterThan(1.3 * frame.Max()));
    }

    [Test]
    public void A_folder_says_all_that_is_needed()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"mstream-sim-{Guid.NewGuid():N}");
        try
        {
            SimDescription told = SimSimulationWriter.Write(folder, Small with { Order = "hex7" }, 2);
            SimDescription read = SimDescription.FromJson(File.ReadAllText(Path.Combine(folder, "description.json")));
            Assert.That(read.Frames, Is.EqualTo(14));
            Assert.That(read.Pattern.Select(c => c.CarrierPerUm), Is.EqualTo(told.Pattern.Select(c => c.CarrierPerUm)));
            Assert.That(read.Pattern.Sum(c => c.CarrierPerUm[0]), Is.EqualTo(0).Within(1e-9), "hexagonal carriers cancel");
            using TiffReader frames = TiffReader.Open(Path.Combine(folder, "frames.tif"));
            using TiffReader truth = TiffReader.Open(Path.Combine(folder, "truth.tif"));
            Assert.That((frames.PageCount, frames.Width, frames.Height), Is.EqualTo((14, 64, 48)));
            Assert.That((truth.Width, truth.Height, truth.PixelType), Is.EqualTo((128, 96, PixelType.Float32)));
            Assert.That(truth.PixelSizeNm, Is.EqualTo(40).Within(0.01));
            Assert.That(JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "camera.json"))).RootElement.ValueKind, Is.EqualTo(JsonValueKind.Object));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Impossible_scenes_are_refused_with_all_that_is_wrong() =>
        Assert.That(
            () => new SimMicroscope(Small with { Order = "4x4", CarrierShare = 3 }),
            Throws.ArgumentException.With.Message.Contains("4x4").And.Message.Contains("carrier_share"));
}
