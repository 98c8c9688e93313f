using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Candidates;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>
/// Measures <see cref="AstigmatismCalibration"/> on a stack of beads: finds them, fits their widths in each slice, lays them over one
/// another at the depth where both widths are equal (beads need not lie at one height), leaves out those unlike the others and fits
/// the curves of Huang et al. 2008 (10.1126/science.1153529).
/// </summary>
/// <remarks>Pure functions, thread-safe.</remarks>
public static class AstigmatismCalibrator
{
    private const double LeastRangeNm = 300;

    /// <summary>Measures a calibration.</summary>
    /// <param name="slices">Slices in the order of the stage positions, photons, row-major (y, x), each as large as the grid; finite.</param>
    /// <param name="grid">The camera's pixels.</param>
    /// <param name="stepNm">From slice to slice, nm; negative where the stage moved down.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="BeadCalibrationException">The stack does not give a calibration; the message says why and what to do.</exception>
    /// <exception cref="ArgumentException">A slice has another size, or the step is zero.</exception>
    public static AstigmatismCalibration Calibrate(
        IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, BeadCalibrationOptions? options = null) =>
        Measure(slices, grid, stepNm, options ?? new BeadCalibrationOptions()).Curves;

    /// <summary>As <see cref="Calibrate"/>, with the beads that it was measured on.</summary>
    internal static CurveMeasurement Measure(IReadOnlyList<float[]> slices, PixelGrid grid, double stepNm, BeadCalibrationOptions options)
    {
        if (!double.IsFinite(stepNm) || stepNm == 0)
        {
            throw new ArgumentException($"A step of {stepNm} nm from slice to slice tells no depth.", nameof(stepNm));
        }

        if (slices.Any(s => s.Length != grid.PixelCount))
        {
            throw new ArgumentException($"A slice has another size than {grid.Width} × {grid.Height} pixels.", nameof(slices));
        }

        if ((slices.Count - 1) * Math.Abs(stepNm) < LeastRangeNm)
        {
            throw new BeadCalibrationException(
                $"The stack covers {Math.Max(0, slices.Count - 1) * Math.Abs(stepNm):F0} nm ({slices.Count} slices {Math.Abs(stepNm)} nm apart); at least {LeastRangeNm} nm are needed, 1000 nm are usual. Check the step that was given.");
        }

        (List<BeadTrace> beads, List<Candidate> found, int saturated) = BeadFinder.Find(slices, grid, stepNm, options);
        List<BeadTrace> kept = Select(beads, found.Count, saturated, slices.Count, options);
        (AstigmatismCalibration curves, List<BeadTrace> alike, double zero) = Fit(kept, found.Count, grid.PixelSizeNm, options);
        return new CurveMeasurement(curves, alike, zero, found, saturated);
    }

    private static List<BeadTrace> Select(List<BeadTrace> beads, int found, int saturated, int slices, BeadCalibrationOptions options)
    {
        if (beads.Count < options.MinimumBeads && saturated > 0)
        {
            throw new BeadCalibrationException(
                $"Too few beads: {found} found, {saturated} of them saturated (their tops are cut off, so their widths are too large), {beads.Count} left, {options.MinimumBeads} needed. Lower the exposure or the excitation and record the stack again.");
        }

        List<BeadTrace> fitted = [.. beads.Where(b => b.Fits.Count >= Math.Max(8, slices / 3))];
        List<BeadTrace> steady = [.. fitted.Where(b => b.Wander() <= options.MaximumWander)];
        Need(steady.Count, found, options,
            $"{found - beads.Count - saturated} lie too close to another bead or to the edge, {saturated} are saturated, {beads.Count - fitted.Count} could not be fitted in enough slices, {fitted.Count - steady.Count} moved sideways by more than {options.MaximumWander} px");
        foreach (BeadTrace bead in steady)
        {
            bead.FindCrossing();
        }

        if (steady.Count(b => b.Returns) > steady.Count / 2)
        {
            throw new BeadCalibrationException(
                "The beads go through focus forth and back: the stage did not move in one direction. Give a stack of one sweep, in the order of its positions, with equal steps.");
        }

        List<BeadTrace> crossing = [.. steady.Where(b => double.IsFinite(b.Crossing))];
        if (crossing.Count < options.MinimumBeads)
        {
            throw new BeadCalibrationException(
                $"Of {steady.Count} beads only {crossing.Count} are at some depth equally wide along both axes. Either there is no cylindrical lens in the light path, or the stack does not pass through the focus.");
        }

        return crossing;
    }

    private static (AstigmatismCalibration Curves, List<BeadTrace> Beads, double Zero) Fit(
        List<BeadTrace> beads, int found, double pixel, BeadCalibrationOptions options)
    {
        (DefocusCurve X, DefocusCurve Y, double Zero) curves = FitCurves(beads, pixel);
        for (int round = 0; round < 5; round++)
        {
            double[] residuals = [.. beads.Select(b => b.Residual(curves.X, curves.Y, pixel))];
            double median = residuals.Order().ElementAt(residuals.Length / 2);
            List<BeadTrace> alike = [.. beads.Where((_, i) => residuals[i] <= Math.Max(2.5 * median, 0.03))];
            if (alike.Count == beads.Count)
            {
                break;
            }

            Need(alike.Count, found, options, $"{beads.Count - alike.Count} have widths unlike the others' (clumps, dirt, or a tilted lens)");
            beads = alike;
            curves = FitCurves(beads, pixel);
        }

        (double low, double high) = Range(beads, curves.X, curves.Y);
        if (high - low < LeastRangeNm)
        {
            throw new BeadCalibrationException(
                $"The widths tell the depth over {Math.Max(high - low, 0):F0} nm only. The stack must reach well beyond both foci; a stronger cylindrical lens helps if it does.");
        }

        var calibration = new AstigmatismCalibration(curves.X, curves.Y, low, high)
        {
            Beads = beads.Count,
            RelativeResidual = Math.Sqrt(beads.Average(b => Math.Pow(b.Residual(curves.X, curves.Y, pixel), 2))),
        };
        return (calibration, beads, curves.Zero);
    }

    private static (DefocusCurve X, DefocusCurve Y, double Zero) FitCurves(List<BeadTrace> beads, double pixel)
    {
        DefocusCurve x = DefocusCurveFit.Fit(Samples(f => f.PsfSigmaX, f => f.SigmaPsfSigmaX));
        DefocusCurve y = DefocusCurveFit.Fit(Samples(f => f.PsfSigmaY, f => f.SigmaPsfSigmaY));

        // Each bead was laid at its own crossing; the curves' common one is depth 0 exactly.
        double zero = Crossing(x, y);
        return (x with { FocusNm = x.FocusNm - zero }, y with { FocusNm = y.FocusNm - zero }, zero);

        WidthSample[] Samples(Func<GaussianFit, float> width, Func<GaussianFit, float> deviation) =>
        [
            .. from bead in beads
               from sample in bead.Fits
               let w = width(sample.Fit) * pixel
               let d = deviation(sample.Fit) * pixel

               // No bead is a Gaussian to better than two per cent, however many photons it has.
               select new WidthSample(sample.Z - bead.Crossing, w, (d * d) + (0.0004 * w * w)),
        ];
    }

    private static double Crossing(DefocusCurve x, DefocusCurve y)
    {
        double low = -100, high = 100;
        double atLow = x.At(low) - y.At(low);
        if (atLow * (x.At(high) - y.At(high)) > 0)
        {
            return 0;
        }

        for (int i = 0; i < 50; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = (x.At(middle) - y.At(middle)) * atLow > 0 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    // From depth 0 as far as most beads were seen and the wider axis goes on widening: on each side of 0 that alone makes the depth
    // unique, as long as the axes do not change roles.
    private static (double Low, double High) Range(List<BeadTrace> beads, DefocusCurve x, DefocusCurve y)
    {
        double[] firsts = [.. beads.Select(b => b.Fits.Min(f => f.Z) - b.Crossing).Order()];
        double[] lasts = [.. beads.Select(b => b.Fits.Max(f => f.Z) - b.Crossing).Order()];
        return (-Reach(-1, -firsts[beads.Count / 2]), Reach(1, lasts[beads.Count / 2]));

        double Reach(int side, double most)
        {
            const double Step = 5;
            DefocusCurve wide = x.At(side * 50) > y.At(side * 50) ? x : y, narrow = wide == x ? y : x;
            double reach = 0;
            while (reach + Step <= most && wide.Slope(side * (reach + Step)) * side > 0 && wide.At(side * (reach + Step)) > narrow.At(side * (reach + Step)))
            {
                reach += Step;
            }

            return reach;
        }
    }

    private static void Need(int left, int found, BeadCalibrationOptions options, string losses)
    {
        if (left < options.MinimumBeads)
        {
            throw new BeadCalibrationException(
                $"Too few beads: {found} found, {left} usable, {options.MinimumBeads} needed; {losses}. Use a sample with more, well separated beads, or lower the detection threshold ({options.Threshold}).");
        }
    }
}

/// <summary>Curves and what they were measured on.</summary>
/// <param name="Curves">The calibration.</param>
/// <param name="Beads">The beads that were kept; a bead's depth is its stage position less its crossing and <paramref name="Zero"/>.</param>
/// <param name="Zero">Where the common curves cross, nm from the beads' own crossings.</param>
/// <param name="Found">Every bead that was found.</param>
/// <param name="Saturated">How many of them are saturated.</param>
internal sealed record CurveMeasurement(
    AstigmatismCalibration Curves, List<BeadTrace> Beads, double Zero, List<Candidate> Found, int Saturated);
