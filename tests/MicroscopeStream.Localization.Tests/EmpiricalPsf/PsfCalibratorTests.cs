using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Tests.Astigmatism;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

public sealed class PsfCalibratorTests
{
    [Test]
    public void The_average_of_noisy_beads_is_the_psf_they_were_drawn_with()
    {
        PsfMeasurement measured = BeadCalibrations.Good;
        SplinePsf psf = BeadCalibrations.Psf;
        double worst = 0, square = 0, peak = 0;
        int samples = 0;
        foreach (double z in (double[])[-480, -250, -100, 0, 130, 300, 480])
        {
            // Between the pixels of every bead, and off the knots of depth.
            foreach ((double fx, double fy) in new[] { (0.0, 0.0), (0.31, -0.42), (-0.5, 0.17) })
            {
                for (int y = -6; y <= 6; y++)
                {
                    for (int x = -6; x <= 6; x++)
                    {
                        double truth = SpotMaker.Share(x, fx + 0.5, AstigmaticSpots.X.At(z + AstigmaticSpots.Zero) / AstigmaticSpots.Pixel)
                            * SpotMaker.Share(y, fy + 0.5, AstigmaticSpots.Y.At(z + AstigmaticSpots.Zero) / AstigmaticSpots.Pixel);
                        double off = psf.At(x - fx, y - fy, z) - truth;
                        (worst, square, peak, samples) = (Math.Max(worst, Math.Abs(off)), square + (off * off), Math.Max(peak, truth), samples + 1);
                    }
                }
            }
        }

        TestContext.Out.WriteLine($"{measured.Calibration.PsfBeads} beads, {psf.MinimumZNm:F0} to {psf.MaximumZNm:F0} nm, {psf.Size} px; worst error {worst / peak:P2} of the peak, RMS {Math.Sqrt(square / samples) / peak:P2}, beads' depths to {measured.AxialResidualNm:F2} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(worst, Is.LessThan(0.02 * peak));
            Assert.That(Math.Sqrt(square / samples), Is.LessThan(0.003 * peak));
            Assert.That(measured.Calibration.PsfBeads, Is.EqualTo(12));
            Assert.That(psf.MinimumZNm, Is.LessThan(-550));
            Assert.That(psf.MaximumZNm, Is.GreaterThan(550));
            Assert.That(measured.AxialResidualNm, Is.LessThan(8));
        }
    }

    [Test]
    public void Every_width_that_was_measured_is_there_to_be_drawn()
    {
        IReadOnlyList<BeadWidths> widths = BeadCalibrations.Good.Widths;
        BeadWidths[] middle = [.. widths.Where(w => Math.Abs(w.ZNm) < 300)];
        Assert.That(middle.Select(w => w.Bead).Distinct().Count(), Is.EqualTo(12));
        Assert.That(
            middle.Select(w => w.SigmaXNm / AstigmaticSpots.X.At(w.ZNm + AstigmaticSpots.Zero)),
            Is.All.EqualTo(1).Within(0.05));
    }

    [Test]
    public void A_negative_step_turns_the_sign_of_depth()
    {
        List<float[]> stack = BeadCalibrations.Stack(new Random(21), BeadCalibrations.Beads);
        SplinePsf turned = PsfCalibrator.Calibrate(stack, BeadCalibrations.Grid, -25).Calibration.Psf!;
        SplinePsf psf = BeadCalibrations.Psf;
        double peak = psf.At(0, 0, 0);
        foreach (double z in (double[])[-300, 0, 200])
        {
            Assert.That(turned.At(1, 0, -z), Is.EqualTo(psf.At(1, 0, z)).Within(0.01 * peak));
        }
    }

    [Test]
    public void Saturated_beads_are_left_out_and_named()
    {
        List<float[]> stack = BeadCalibrations.Stack(new Random(22), BeadCalibrations.Beads);
        (double x, double y, _) = BeadCalibrations.Beads[5];
        int at = ((int)y * BeadCalibrations.Grid.Width) + (int)x;
        stack[30][at] = 50_000;
        PsfMeasurement measured = PsfCalibrator.Calibrate(stack, BeadCalibrations.Grid, 25, new BeadCalibrationOptions { SaturationPhotons = 49_000 });
        Assert.That((measured.Saturated, measured.Calibration.PsfBeads), Is.EqualTo((1, 11)));

        float level = stack.Max(slice => slice.Max()) / 10;
        Assert.That(
            () => PsfCalibrator.Calibrate(stack, BeadCalibrations.Grid, 25, new BeadCalibrationOptions { SaturationPhotons = level / 20 }),
            Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("12 of them saturated").And.Message.Contains("Lower the exposure"));
    }

    [Test]
    public void A_stage_that_went_forth_and_back_is_noticed()
    {
        List<float[]> forth = AstigmaticSpots.BeadStack(new Random(23), BeadCalibrations.Grid, BeadCalibrations.Beads, -450, 450, 25);
        List<float[]> both = [.. forth, .. Enumerable.Reverse(forth)];
        Assert.That(
            () => PsfCalibrator.Calibrate(both, BeadCalibrations.Grid, 25),
            Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("one direction"));
    }

    [Test]
    public void Beads_at_the_border_or_in_pairs_serve_the_curves_but_not_the_psf()
    {
        // Three lie within the reach of a fit, but not of the PSF, from the border; six are 16 px from one another.
        (double X, double Y, double Z)[] beads =
            [(8, 40, 0), (8.5, 80, 30), (171.4, 60, -20), (60, 40, 0), (76, 40, 10), (60, 90, 20), (76.5, 90, 0), (110, 60, 0), (126, 60, 15)];
        Assert.That(
            () => PsfCalibrator.Calibrate(BeadCalibrations.Stack(new Random(24), beads), BeadCalibrations.Grid, 25),
            Throws.TypeOf<BeadCalibrationException>().With.Message.Contains("measured on 9 beads").And.Message.Contains("none of them stands free"));
    }

    [Test]
    public void Impossible_options_are_refused() =>
        Assert.That(
            () => PsfCalibrator.Calibrate([], BeadCalibrations.Grid, 25, new BeadCalibrationOptions { PsfKnotStepNm = 5 }),
            Throws.ArgumentException.With.Message.Contains("knots"));
}
