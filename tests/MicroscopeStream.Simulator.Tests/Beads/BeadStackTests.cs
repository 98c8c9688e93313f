using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Beads;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests.Beads;

public sealed class BeadStackTests
{
    private static readonly BeadScene Scene = new() { Width = 130, Height = 120, Beads = 8, ZStepNm = 40, HeightSpreadNm = 60 };
    private static readonly Lazy<PsfMeasurement> Calibrated = new(Calibrate);

    [Test]
    public void A_slice_is_the_same_whenever_it_is_asked_for()
    {
        var pixels = new ushort[Scene.Grid.PixelCount];
        var again = new ushort[Scene.Grid.PixelCount];
        var stack = new BeadStack(Scene);
        stack.Expose(7, pixels);
        stack.Expose(3, again);
        new BeadStack(Scene).Expose(7, again);
        Assert.That(again, Is.EqualTo(pixels));
        new BeadStack(Scene with { Seed = 2 }).Expose(7, again);
        Assert.That(again, Is.Not.EqualTo(pixels));
        Assert.That(() => stack.Expose(Scene.Slices, pixels), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new BeadStack(Scene with { ZStepNm = 0 }), Throws.ArgumentException.With.Message.Contains("z_step_nm"));
    }

    [Test]
    public void The_files_hold_the_stack_and_its_truth()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            BeadScene small = Scene with { Width = 64, Height = 64, Beads = 1, ZStepNm = 200 };
            Assert.That(BeadStackWriter.Write(folder, small), Is.EqualTo(1));
            using TiffReader tiff = TiffReader.Open(Path.Combine(folder, BeadStackWriter.StackFile));
            LocalizationTable truth = LocalizationReader.Read(Path.Combine(folder, BeadStackWriter.TruthFile)).Table;
            Assert.That((tiff.PageCount, tiff.Width, tiff.Height, truth.Count), Is.EqualTo((9, 64, 64, 9)));
            Assert.That(tiff.PixelSizeNm, Is.EqualTo(100).Within(0.01));
            double[] depths = [.. truth.Select(row => row.Z)];
            Assert.That(depths.Zip(depths.Skip(1), (a, b) => b - a), Is.All.EqualTo(200).Within(0.002));
            Assert.That(File.ReadAllText(Path.Combine(folder, BeadStackWriter.DescriptionFile)), Does.Contain("\"astigmatism_nm\": 70"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_calibration_on_beads_of_wave_optics_tells_the_depth_of_emitters_of_the_same_optics()
    {
        // Far from a Gaussian: rings, coma, spherical aberration. The fitter knows of them only what the beads showed.
        SplinePsf psf = Calibrated.Value.Calibration.Psf!;
        const int Size = 13;
        var fitter = new SplineFitter(psf, new SplineFitOptions { RegionSize = Size });
        var optics = new PupilPsf(Scene.Optics);
        var grid = new Core.Frames.PixelGrid(Size, Size, 100);
        var errors = new List<(double X, double Y, double Z)>();
        foreach (double z in (double[])[-450, -300, -150, 0, 150, 300, 450])
        {
            foreach ((double x, double y) in new[] { (640.0, 655.0), (668.0, 631.0) })
            {
                float[] spot = [.. Enumerable.Repeat(20f, Size * Size)];
                optics.Add(spot, grid, x, y, z, 50_000);
                var fits = new SplineFit[1];
                fitter.Fit(spot, [], fits);
                Assert.That(fits[0].Converged, Is.True, $"z {z}");
                errors.Add(((fits[0].X * 100) - x, (fits[0].Y * 100) - y, fits[0].ZNm - z));
            }
        }

        // Where a calibration puts (0, 0, 0) is a matter of definition; how errors vary about it is not.
        (double X, double Y, double Z) mean = (errors.Average(e => e.X), errors.Average(e => e.Y), errors.Average(e => e.Z));
        double spreadXy = Math.Sqrt(errors.Average(e => Math.Pow(e.X - mean.X, 2) + Math.Pow(e.Y - mean.Y, 2)) / 2);
        double spreadZ = Math.Sqrt(errors.Average(e => Math.Pow(e.Z - mean.Z, 2)));
        TestContext.Out.WriteLine($"origin {mean.X:F1}, {mean.Y:F1}, {mean.Z:F1} nm; errors about it {spreadXy:F2} nm laterally, {spreadZ:F2} nm axially");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spreadXy, Is.LessThan(2));
            Assert.That(spreadZ, Is.LessThan(7));
            Assert.That(Math.Abs(mean.Z), Is.LessThan(40));
            Assert.That(Math.Max(Math.Abs(mean.X), Math.Abs(mean.Y)), Is.LessThan(25));
        }
    }

    [Test]
    public void Emitters_are_simulated_with_the_psf_that_beads_showed()
    {
        PsfCalibration calibration = Calibrated.Value.Calibration;
        var scene = new SmlmScene
        {
            Width = 48,
            Height = 40,
            Structure = SmlmStructure.Uniform,
            DensityPerUm2 = 0.05,
            BackgroundPhotons = 0,
            Psf = calibration,
            MinimumZNm = -300,
            MaximumZNm = 400,
        };
        var microscope = new SmlmMicroscope(scene);
        var photons = new float[scene.Grid.PixelCount];
        var expected = new float[scene.Grid.PixelCount];
        var truth = new List<Localization>();
        var depths = new List<double>();
        for (int frame = 0; frame < 60; frame++)
        {
            truth.Clear();
            microscope.ExpectedPhotons(frame, photons);
            microscope.GroundTruth(frame, truth);
            depths.AddRange(truth.Select(t => t.Z));
            Array.Clear(expected);
            foreach (Localization emitter in truth)
            {
                calibration.Psf!.Add(expected, scene.Grid, emitter.X, emitter.Y, emitter.Z, emitter.Photons);
                Assert.That(emitter.PsfSigmaX, Is.EqualTo(calibration.Curves.X.At(emitter.Z)).Within(0.1));
            }

            // What shines into the field from beyond it is in the frame and not in the truth.
            Assert.That(photons.Zip(expected, (a, b) => a - b).Min(), Is.GreaterThan(-1));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(depths, Has.Count.GreaterThan(30));
            Assert.That(depths, Is.All.InRange(-300, 400));
            Assert.That(depths.Max() - depths.Min(), Is.GreaterThan(500));
            Assert.That(() => new SmlmMicroscope(scene with { PixelSizeNm = 90 }), Throws.ArgumentException.With.Message.Contains("that of the PSF calibration"));
            Assert.That(() => new SmlmMicroscope(scene with { MaximumZNm = 5000 }), Throws.ArgumentException.With.Message.Contains("maximum_z_nm"));
        }
    }

    [Test]
    public void Curves_alone_make_gaussians_as_wide_as_they_say()
    {
        var curve = new DefocusCurve(130, 200, 400, 0, 0);
        var curves = new AstigmatismCalibration(curve, curve with { FocusNm = -200 }, -400, 400);
        var scene = new SmlmScene
        {
            Width = 40,
            Height = 40,
            Structure = SmlmStructure.Grid,
            GridPeriodNm = 2000,
            DensityPerUm2 = 0.05,
            Psf = new PsfCalibration { Curves = curves, PixelSizeNm = 100 },
            MinimumZNm = 300,
            MaximumZNm = 300,
        };
        var truth = new List<Localization>();
        var microscope = new SmlmMicroscope(scene);
        for (int frame = 0; frame < 40; frame++)
        {
            microscope.GroundTruth(frame, truth);
        }

        Assert.That(truth, Is.Not.Empty);
        Assert.That(truth.Select(t => t.PsfSigmaY), Is.All.EqualTo(curves.Y.At(300)).Within(0.1));
        Assert.That(truth.Select(t => t.Z), Is.All.EqualTo(300));
    }

    private static PsfMeasurement Calibrate()
    {
        var stack = new BeadStack(Scene);
        var adu = new ushort[Scene.Grid.PixelCount];
        var slices = new List<float[]>();
        for (int s = 0; s < Scene.Slices; s++)
        {
            stack.Expose(s, adu);
            slices.Add(Array.ConvertAll(adu, value => (float)Scene.Camera.ToPhotons(value)));
        }

        return PsfCalibrator.Calibrate(slices, Scene.Grid, Scene.ZStepNm, new BeadCalibrationOptions { ReadVariance = 2.25 });
    }
}
