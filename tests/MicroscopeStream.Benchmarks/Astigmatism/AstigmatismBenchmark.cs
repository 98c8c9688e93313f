using System.CommandLine;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Simulator.Beads;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Benchmarks.Astigmatism;

/// <summary>
/// Depth by astigmatism from end to end: beads simulated by wave optics, a calibration made of them, emitters of the same optics fitted
/// with it, beside the Cramér–Rao bound of the optics themselves. What the calibration gets wrong is in the figures.
/// </summary>
internal static class AstigmatismBenchmark
{
    private const int Region = 13;
    private const double Pixel = 100;
    private const double MiddleNm = Region * Pixel / 2;

    public static Command Create()
    {
        var photons = new Option<double>("--photons") { Description = "Photons of an emitter.", DefaultValueFactory = _ => 2500 };
        var background = new Option<double>("--background") { Description = "Background photons per pixel.", DefaultValueFactory = _ => 20 };
        var spots = new Option<int>("--spots") { Description = "Spots per depth.", DefaultValueFactory = _ => 1000 };
        var beads = new Option<int>("--beads") { Description = "Beads of the calibration.", DefaultValueFactory = _ => 16 };
        var command = new Command(
            "astigmatism", "Depth from astigmatism over ±500 nm beside the Cramér–Rao bound, calibrated on simulated beads; and its speed.")
        {
            photons, background, spots, beads,
        };
        command.SetAction(result =>
        {
            Run(result.GetValue(photons), result.GetValue(background), result.GetValue(spots), result.GetValue(beads));
            return 0;
        });
        return command;
    }

    private static void Run(double photons, double background, int spots, int beads)
    {
        PsfMeasurement measured = Calibrate(beads);
        AstigmatismCalibration curves = measured.Calibration.Curves;
        SplinePsf psf = measured.Calibration.Psf!;
        Console.WriteLine(FormattableString.Invariant(
            $"{curves.Beads} beads for the curves ({curves.MinimumZNm:F0} to {curves.MaximumZNm:F0} nm, residual {curves.RelativeResidual:P1}), {measured.Calibration.PsfBeads} for the PSF ({psf.MinimumZNm:F0} to {psf.MaximumZNm:F0} nm, {psf.Size} px, beads' depths to {measured.AxialResidualNm:F1} nm)"));
        Console.WriteLine(FormattableString.Invariant($"{photons} photons, {background} background per pixel, {spots} spots per depth, {Region} × {Region} px of {Pixel} nm"));
        Console.WriteLine("    z |  bound x    y    z |  spline x    y    z  bias z  z-score  lost |  gaussian x    y    z  bias z  z-score  lost");
        var optics = new PupilSpots(new PupilOptics(), Pixel, Region);
        IDepthFit[] fits = [new SplineDepthFit(psf, Region), new GaussianDepthFit(curves, Region, Pixel)];
        (double X, double Y, double Z)[] origins = [.. fits.Select(f => Origin(f, optics))];
        DepthErrors[] totals = [new(), new()];
        double boundX = 0, boundY = 0, boundZ = 0;
        int depths = 0;
        for (int z = -500; z <= 500; z += 100, depths++)
        {
            DepthErrors[] errors = Measure(fits, origins, optics, z, photons, background, spots, out (double X, double Y, double Z) bound);
            (boundX, boundY, boundZ) = (boundX + (bound.X * bound.X), boundY + (bound.Y * bound.Y), boundZ + (bound.Z * bound.Z));
            Console.WriteLine(FormattableString.Invariant(
                $"{z,5} | {bound.X,8:F1} {bound.Y,4:F1} {bound.Z,4:F1} |{Row(errors[0])} |{Row(errors[1])}"));
            totals[0].Add(errors[0]);
            totals[1].Add(errors[1]);
        }

        (boundX, boundY, boundZ) = (Math.Sqrt(boundX / depths), Math.Sqrt(boundY / depths), Math.Sqrt(boundZ / depths));
        Console.WriteLine(FormattableString.Invariant($"  all | {boundX,8:F1} {boundY,4:F1} {boundZ,4:F1} |{Row(totals[0])} |{Row(totals[1])}"));
        Console.WriteLine(FormattableString.Invariant(
            $"z RMSE over the bound: spline {totals[0].RmseZ / boundZ:F2}, gaussian {totals[1].RmseZ / boundZ:F2}; x: {totals[0].RmseX / boundX:F2}, {totals[1].RmseX / boundX:F2}; y: {totals[0].RmseY / boundY:F2}, {totals[1].RmseY / boundY:F2}"));
        foreach (IDepthFit fit in fits)
        {
            Console.WriteLine(FormattableString.Invariant($"{fit.Name}: {Speed(fit, optics, photons, background):N0} fits/s on one thread"));
        }
    }

    private static PsfMeasurement Calibrate(int beads)
    {
        var scene = new BeadScene { Beads = beads, ZStepNm = 20, FirstZNm = -900, LastZNm = 900 };
        var stack = new BeadStack(scene);
        var adu = new ushort[scene.Grid.PixelCount];
        List<float[]> slices =
        [
            .. Enumerable.Range(0, scene.Slices).Select(s =>
            {
                stack.Expose(s, adu);
                return Array.ConvertAll(adu, value => (float)scene.Camera.ToPhotons(value));
            }),
        ];
        double noise = scene.Camera.ReadNoiseElectrons;
        return PsfCalibrator.Calibrate(slices, scene.Grid, scene.ZStepNm, new BeadCalibrationOptions { ReadVariance = noise * noise });
    }

    // What a calibration calls (0, 0, 0) is a matter of definition: constants, taken off all errors alike.
    private static (double X, double Y, double Z) Origin(IDepthFit fit, PupilSpots optics)
    {
        double x = 0, y = 0, z = 0;
        int[] depths = [-200, -100, 0, 100, 200];
        foreach (int depth in depths)
        {
            float[] spot = [.. optics.Mean(MiddleNm, MiddleNm, depth, 1e6, 1).Select(v => (float)v)];
            DepthFit found = fit.Fit(spot, 1)[0];
            (x, y, z) = (x + ((found.X - MiddleNm) / depths.Length), y + ((found.Y - MiddleNm) / depths.Length), z + ((found.Z - depth) / depths.Length));
        }

        return (x, y, z);
    }

    private static DepthErrors[] Measure(
        IDepthFit[] fits, (double X, double Y, double Z)[] origins, PupilSpots optics, double z, double photons, double background, int spots,
        out (double X, double Y, double Z) bound)
    {
        const int Positions = 10;
        DepthErrors[] errors = [new(), new()];
        double squareX = 0, squareY = 0, squareZ = 0;
        for (int p = 0; p < Positions; p++)
        {
            var random = new RandomStream(7, RandomPurpose.Noise, (long)z, p);
            double x = MiddleNm + (Pixel * (random.NextUnit() - 0.5)), y = MiddleNm + (Pixel * (random.NextUnit() - 0.5));
            (double boundX, double boundY, double boundZ) = optics.Bound(x, y, z, photons, background);
            (squareX, squareY, squareZ) = (squareX + (boundX * boundX), squareY + (boundY * boundY), squareZ + (boundZ * boundZ));
            var regions = new float[spots / Positions * optics.Area];
            optics.Draw(optics.Mean(x, y, z, photons, background), ref random, regions);
            for (int f = 0; f < fits.Length; f++)
            {
                foreach (DepthFit found in fits[f].Fit(regions, spots / Positions))
                {
                    if (found.Converged)
                    {
                        errors[f].Add(found.X - x - origins[f].X, found.Y - y - origins[f].Y, found.Z - z - origins[f].Z, found.SigmaZ);
                    }
                    else
                    {
                        errors[f].Lose();
                    }
                }
            }
        }

        bound = (Math.Sqrt(squareX / Positions), Math.Sqrt(squareY / Positions), Math.Sqrt(squareZ / Positions));
        return errors;
    }

    private static double Speed(IDepthFit fit, PupilSpots optics, double photons, double background)
    {
        const int Spots = 2000;
        var regions = new float[Spots * optics.Area];
        var random = new RandomStream(8, RandomPurpose.Noise);
        for (int s = 0; s < Spots; s += 100)
        {
            optics.Draw(
                optics.Mean(MiddleNm + s / 50, MiddleNm - s / 70, (s / 2) - 500, photons, background), ref random, regions.AsSpan(s * optics.Area, 100 * optics.Area));
        }

        double best = double.PositiveInfinity;
        for (int round = 0; round < 5; round++)
        {
            long start = TimeProvider.System.GetTimestamp();
            fit.Fit(regions, Spots);
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        }

        return Spots / best;
    }

    private static string Row(DepthErrors e) => FormattableString.Invariant(
        $"  {e.RmseX,8:F1} {e.RmseY,4:F1} {e.RmseZ,4:F1}  {e.BiasZ,6:F1}  {e.ScoreZ,7:F2}  {100.0 * e.Lost / Math.Max(1, e.Count + e.Lost),3:F0}%");
}
