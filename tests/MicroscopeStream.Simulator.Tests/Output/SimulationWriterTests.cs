using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Output;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests.Output;

public sealed class SimulationWriterTests
{
    private static readonly SmlmScene Scene = new()
    {
        Width = 40,
        Height = 32,
        PixelSizeNm = 108,
        DensityPerUm2 = 2,
        Seed = ulong.MaxValue,
        Structure = SmlmStructure.Grid,
        BlinksUntilBleached = 7.5,
        Camera = new CameraModel { Kind = CameraKind.Emccd, EmGain = 250, ElectronsPerAdu = 20, ReadNoiseElectrons = 40 },
    };

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("simulation");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public void What_is_written_is_what_the_microscope_shows()
    {
        string folder = Path.Combine(_folder.FullName, "new");
        SimulationDescription told = SimulationWriter.Write(folder, Scene, 12);

        var microscope = new SmlmMicroscope(Scene);
        var pixels = new ushort[microscope.Grid.PixelCount];
        var written = new ushort[pixels.Length];
        var truth = new List<Localization>();
        using (TiffReader reader = TiffReader.Open(Path.Combine(folder, SimulationWriter.FramesFile)))
        {
            Assert.That((reader.PageCount, reader.Width, reader.Height, reader.PixelType), Is.EqualTo((12, 40, 32, PixelType.UInt16)));
            Assert.That(reader.PixelSizeNm, Is.EqualTo(108).Within(1e-3));
            for (int frame = 0; frame < 12; frame++)
            {
                microscope.Expose(frame, pixels, truth);
                reader.ReadPage(frame, MemoryMarshal.AsBytes(written.AsSpan()));
                Assert.That(written, Is.EqualTo(pixels));
            }
        }

        LocalizationFile table = LocalizationReader.Read(Path.Combine(folder, SimulationWriter.TruthFile));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(table.Format, Is.EqualTo(LocalizationFormat.ThunderStorm2D));
            Assert.That(table.Table.Select(e => e.Frame), Is.EqualTo(truth.Select(e => e.Frame)));
            Assert.That(table.Table.Select(e => e.X), Is.EqualTo(truth.Select(e => e.X)).Within(0.0006));
            Assert.That(table.Table.Select(e => e.Y), Is.EqualTo(truth.Select(e => e.Y)).Within(0.0006));
            Assert.That(table.Table.Select(e => e.Photons), Is.EqualTo(truth.Select(e => e.Photons)).Within(0.001));
            Assert.That(table.Table.Select(e => e.Background), Is.EqualTo(truth.Select(e => e.Background)).Within(0.001));
            Assert.That(told.TruthRows, Is.EqualTo(truth.Count).And.GreaterThan(100));
            Assert.That(CameraFile.Read(Path.Combine(folder, SimulationWriter.CameraDescriptionFile)), Is.EqualTo(Scene.Camera));
        }
    }

    [Test]
    public void The_description_holds_every_option()
    {
        SimulationDescription told = SimulationWriter.Write(_folder.FullName, Scene, 1, LocalizationFormat.Challenge);
        string json = File.ReadAllText(Path.Combine(_folder.FullName, SimulationWriter.DescriptionFile));
        Assert.That(json, Does.Contain("\"seed\": 18446744073709551615").And.Contains("\"structure\": \"Grid\"").And.Contains("\"version\": \""));
        Assert.That(SimulationDescription.FromJson(json), Is.EqualTo(told with { Scene = Scene with { Camera = new CameraModel() } }));
    }

    [Test]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        Dictionary<string, byte[]> one = Files(Scene), again = Files(Scene), other = Files(Scene with { Seed = 1 });
        Assert.That(one.Keys, Is.EquivalentTo(["frames.tif", "ground-truth.csv", "camera.json", "description.json"]));
        using (Assert.EnterMultipleScope())
        {
            foreach (string name in one.Keys)
            {
                Assert.That(again[name], Is.EqualTo(one[name]), name);
                Assert.That(other[name].SequenceEqual(one[name]), Is.EqualTo(name == "camera.json"), name);
            }
        }
    }

    [Test]
    public void A_simulation_that_is_ended_leaves_whole_frames_and_no_description()
    {
        SimulationWriter.Write(_folder.FullName, Scene, 2);
        using var end = new CancellationTokenSource();
        var progress = new EndAfter(5, end);
        Assert.That(
            () => SimulationWriter.Write(_folder.FullName, Scene, 100, progress: progress, cancellationToken: end.Token),
            Throws.InstanceOf<OperationCanceledException>());
        using TiffReader reader = TiffReader.Open(Path.Combine(_folder.FullName, SimulationWriter.FramesFile));
        LocalizationFile table = LocalizationReader.Read(Path.Combine(_folder.FullName, SimulationWriter.TruthFile));
        Assert.That(reader.PageCount, Is.EqualTo(5));
        Assert.That(table.Table.Max(e => e.Frame), Is.EqualTo(4));
        Assert.That(File.Exists(Path.Combine(_folder.FullName, SimulationWriter.DescriptionFile)), Is.False);
    }

    [Test]
    public async Task The_metrics_script_reads_the_truth_in_both_formats()
    {
        string script = SharedData.PathOf("../tools/metrics.py");
        if (!File.Exists(script))
        {
            Assert.Ignore("shared/tools/metrics.py is not here.");
        }

        string a = Path.Combine(_folder.FullName, "a"), b = Path.Combine(_folder.FullName, "b");
        SimulationWriter.Write(a, Scene, 5);
        SimulationWriter.Write(b, Scene, 5, LocalizationFormat.Challenge);
        string told = await Python.RunAsync(
            ["numpy", "scipy"], script, "score", Path.Combine(a, "ground-truth.csv"), Path.Combine(b, "ground-truth.csv"), "--size", "4320", "--min-photons", "250");
        Assert.That(told, Does.Contain("'ji': 1.0").And.Contains("'rmse_xy_nm': 0.0"));
    }

    [Test]
    public void No_frames_are_refused() =>
        Assert.That(() => SimulationWriter.Write(_folder.FullName, Scene, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private Dictionary<string, byte[]> Files(SmlmScene scene)
    {
        DirectoryInfo folder = _folder.CreateSubdirectory(Path.GetRandomFileName());
        SimulationWriter.Write(folder.FullName, scene, 8);
        return folder.GetFiles().ToDictionary(file => file.Name, file => File.ReadAllBytes(file.FullName));
    }

    private sealed class EndAfter(int frames, CancellationTokenSource end) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value == frames)
            {
                end.Cancel();
            }
        }
    }
}
