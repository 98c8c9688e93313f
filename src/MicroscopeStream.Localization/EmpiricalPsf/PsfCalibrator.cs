using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// Measures a <see cref="PsfCalibration"/> on a stack of beads: curves first, which also tell where each bead lies; then all beads'
/// images, shifted onto one another to fractions of a pixel and of a slice, in one spline; then each bead is located with that spline,
/// and the spline made anew (after Li et al. 2018, 10.1038/nmeth.4661).
/// </summary>
/// <remarks>Pure functions, thread-safe.</remarks>
public static class PsfCalibrator
{
    private const int Rounds = 3;

    // Beyond the curves' range the widths no longer tell the depth by themselves, but the shape still does for a while.
    private const double BeyondCurvesNm = 300;

    /// <summary>Measures a calibration.</summary>
    /// <param name="slices">Slices in the order of the stage positions, photons, row-major (y, x), each as large as the grid; finite.</param>
    /// <param name="grid">The camera's pixels.</param>
    /// <param name="stepNm">From slice to slice, nm; negative turns the sign of depth.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="BeadCalibrationException">The stack does not give a calibration; the message says why and what to do.</exception>
    /// <exception cref="ArgumentException">A slice has another size, the step is zero, or an option is outside its range.</exception>
    public static PsfMeasurement Calibrate(IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, BeadCalibrationOptions? options = null)
    {
        options ??= new BeadCalibrationOptions();
        if (options.PsfExtentNm is not (>= 700 and <= 4000) || options.PsfKnotStepNm is not (>= 20 and <= 200))
        {
            throw new ArgumentException("The PSF's extent must be 700 to 4000 nm and its knots 20 to 200 nm apart.", nameof(options));
        }

        CurveMeasurement measured = AstigmatismCalibrator.Measure(slices, grid, stepNm, options);
        int size = Math.Clamp((2 * (int)Math.Round(options.PsfExtentNm / grid.PixelSizeNm / 2)) + 1, 9, 41);
        List<BeadImage> beads = Cut(slices, grid, stepNm, measured, size);
        if (beads.Count == 0)
        {
            throw new BeadCalibrationException(
                $"Curves of widths could be measured on {measured.Beads.Count} beads, but none of them stands free over the {size} × {size} px that the PSF takes: {size / 2 + BeadImage.Rim} px from the border and {size} px from the next bead. Use a sample with fewer beads, or a smaller extent of the PSF.");
        }

        (double low, double high) = Range(beads, measured.Curves, options.PsfKnotStepNm);
        SplinePsf psf = PsfAverage.Make(beads, size, grid.PixelSizeNm, low, high, options.PsfKnotStepNm);
        double residual = double.NaN;
        for (int round = 0; round < Rounds; round++)
        {
            residual = BeadRegistration.Refine(beads, psf, measured.Curves, options.ReadVariance);
            psf = PsfAverage.Make(beads, size, grid.PixelSizeNm, low, high, options.PsfKnotStepNm);
        }

        return new PsfMeasurement
        {
            Calibration = new PsfCalibration
            {
                Curves = measured.Curves,
                Psf = psf,
                PixelSizeNm = grid.PixelSizeNm,
                ZStepNm = Math.Abs(stepNm),
                PsfBeads = beads.Count,
            },
            Found = measured.Found.Count,
            Saturated = measured.Saturated,
            Widths = Widths(measured, grid.PixelSizeNm),
            AxialResidualNm = residual,
        };
    }

    private static List<BeadImage> Cut(IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, CurveMeasurement measured, int size)
    {
        int reach = (size / 2) + BeadImage.Rim;
        return
        [
            .. from bead in measured.Beads
               where bead.X >= reach && bead.Y >= reach && bead.X < grid.Width - reach && bead.Y < grid.Height - reach
               where measured.Found.TrueForAll(o => (o.X == bead.X && o.Y == bead.Y) || Math.Max(Math.Abs(o.X - bead.X), Math.Abs(o.Y - bead.Y)) > size)
               select BeadImage.Cut(slices, grid, stepNm, bead, measured.Zero, size),
        ];
    }

    // Depths that three quarters of the beads were seen at, not too far beyond what the curves can tell.
    private static (double Low, double High) Range(List<BeadImage> beads, AstigmatismCalibration curves, double knot)
    {
        double[] firsts = [.. beads.Select(b => b.FirstZNm).Order()], lasts = [.. beads.Select(b => b.LastZNm).OrderDescending()];
        int most = (beads.Count - 1) * 3 / 4;
        double low = Math.Max(firsts[most], curves.MinimumZNm - BeyondCurvesNm), high = Math.Min(lasts[most], curves.MaximumZNm + BeyondCurvesNm);

        // A spline needs light in each of its pieces.
        return high - low >= 4 * knot
            ? (low, high)
            : throw new BeadCalibrationException($"The beads overlap over {Math.Max(0, high - low):F0} nm of depth only: they lie at too different heights for the stack. Record a longer one.");
    }

    private static List<BeadWidths> Widths(CurveMeasurement measured, double pixel) =>
    [
        .. measured.Beads.SelectMany((bead, i) => bead.Fits.Select(f =>
            new BeadWidths(i, f.Z - bead.Crossing - measured.Zero, f.Fit.PsfSigmaX * pixel, f.Fit.PsfSigmaY * pixel))),
    ];
}
