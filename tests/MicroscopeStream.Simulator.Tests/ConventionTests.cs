using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Output;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests;

/// <summary>
/// The centre of pixel i lies at (i + 0.5) × pixel size: others' truth, drawn by our PSF, fits others' frames best where it is,
/// not half a pixel (50 nm) beside; so does ours.
/// </summary>
public sealed class ConventionTests
{
    [TestCase("smlm/artificial-hd", 107)]
    [TestCase("smlm/bundled-tubulins-hd", 130)]
    public void Others_truth_lies_where_their_frames_show_it(string folder, double sigmaNm)
    {
        string frames = SharedData.PathOf(folder + "/frames.tif"), truth = SharedData.PathOf(folder + "/ground-truth.csv");
        (double x, double y) = BestShift(frames, truth, sigmaNm);
        TestContext.Out.WriteLine($"{folder}: best shift {x:F2} nm along x, {y:F2} nm along y");
        Assert.That(x, Is.EqualTo(0).Within(4));
        Assert.That(y, Is.EqualTo(0).Within(4));
    }

    [Test]
    public void Our_own_truth_lies_where_our_frames_show_it()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("convention");
        try
        {
            SimulationWriter.Write(folder.FullName, new SmlmScene { Width = 64, Height = 64, DensityPerUm2 = 2 }, 30);
            (double x, double y) = BestShift(
                Path.Combine(folder.FullName, SimulationWriter.FramesFile), Path.Combine(folder.FullName, SimulationWriter.TruthFile), 120);
            Assert.That(x, Is.EqualTo(0).Within(2));
            Assert.That(y, Is.EqualTo(0).Within(2));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The shift of the truth (nm) at which its drawing correlates best with the frames, by a parabola through three shifts.</summary>
    private static (double X, double Y) BestShift(string framesPath, string truthPath, double sigmaNm)
    {
        const double Step = 20;
        using TiffReader reader = TiffReader.Open(framesPath);
        var grid = new PixelGrid(reader.Width, reader.Height, 100);
        ILookup<long, Localization> truth = LocalizationReader.Read(truthPath).Table.ToLookup(e => e.Frame);
        double[] shifts = [0, -Step, Step, 0, 0], shiftsY = [0, 0, 0, -Step, Step];
        var correlations = new double[5];
        var adu = new ushort[grid.PixelCount];
        var drawn = new float[grid.PixelCount];
        var psf = new GaussianPsf(grid);
        int frames = Math.Min(reader.PageCount, 60);
        for (int frame = 0; frame < frames; frame++)
        {
            reader.ReadPage(frame, MemoryMarshal.AsBytes(adu.AsSpan()));
            for (int i = 0; i < 5; i++)
            {
                Array.Clear(drawn);
                foreach (Localization e in truth[frame])
                {
                    psf.Add(drawn, e.X + shifts[i], e.Y + shiftsY[i], sigmaNm, sigmaNm, float.IsNaN(e.Photons) ? 1000 : e.Photons);
                }

                correlations[i] += Correlation(adu, drawn, grid) / frames;
            }
        }

        Assert.That(correlations[0], Is.GreaterThan(0.6), "the drawing resembles the frames at all");
        return (Vertex(correlations[1], correlations[0], correlations[2]), Vertex(correlations[3], correlations[0], correlations[4]));

        static double Vertex(double before, double at, double after) => Step * 0.5 * (before - after) / (before - (2 * at) + after);
    }

    /// <summary>Pearson's correlation away from the edges, beyond which truth tables end though light does not.</summary>
    private static double Correlation(ushort[] adu, float[] drawn, PixelGrid grid)
    {
        const int Edge = 5;
        var a = new List<double>();
        var b = new List<double>();
        for (int y = Edge; y < grid.Height - Edge; y++)
        {
            for (int x = Edge; x < grid.Width - Edge; x++)
            {
                a.Add(adu[(y * grid.Width) + x]);
                b.Add(drawn[(y * grid.Width) + x]);
            }
        }

        (double ma, double va) = Statistics.Moments(a);
        (double mb, double vb) = Statistics.Moments(b);
        return a.Zip(b, (p, q) => (p - ma) * (q - mb)).Average() / Math.Sqrt(va * vb);
    }
}
