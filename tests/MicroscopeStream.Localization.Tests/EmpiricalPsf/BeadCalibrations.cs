using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tests.Astigmatism;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

/// <summary>One calibration on simulated beads, made once: the tests look at it from several sides.</summary>
internal static class BeadCalibrations
{
    public static readonly PixelGrid Grid = new(180, 150, AstigmaticSpots.Pixel);

    /// <summary>On a jittered lattice, up to 100 nm above and below one another.</summary>
    public static readonly (double X, double Y, double Z)[] Beads = MakeBeads();

    private static readonly Lazy<PsfMeasurement> Measured = new(() => PsfCalibrator.Calibrate(Stack(new Random(21), Beads), Grid, 25));

    public static PsfMeasurement Good => Measured.Value;

    public static SplinePsf Psf => Good.Calibration.Psf!;

    public static List<float[]> Stack(Random random, (double X, double Y, double Z)[] beads) =>
        AstigmaticSpots.BeadStack(random, Grid, beads, -850, 850, 25);

    private static (double X, double Y, double Z)[] MakeBeads()
    {
        var random = new Random(20);
        return [.. Enumerable.Range(0, 12).Select(i =>
            (28 + (40 * (i % 4)) + random.NextDouble(), 26 + (46 * (i / 4)) + random.NextDouble(), (200 * random.NextDouble()) - 100))];
    }
}
