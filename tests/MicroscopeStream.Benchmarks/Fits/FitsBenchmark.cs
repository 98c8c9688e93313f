using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using MicroscopeStream.Benchmarks.Measuring;
using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Benchmarks.Fits;

/// <summary>Maximum-likelihood fits per second beside Picasso's numba code, on the same spots and cores.</summary>
internal static class FitsBenchmark
{
    private const int Size = 7;

    public static Command Create()
    {
        var spots = new Option<int>("--spots") { Description = "Spots per round.", DefaultValueFactory = _ => 40_000 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; ours and the peer's alternate.", DefaultValueFactory = _ => 5 };
        var command = new Command("fits", "Gaussian maximum-likelihood fits, 7 × 7 px, 1500 photons, 20 background, beside Picasso (Python with numba and picasso).")
        {
            spots, rounds,
        };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(spots), result.GetValue(rounds), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int spots, int rounds, CancellationToken cancellationToken)
    {
        float[] regions = MakeSpots(spots);
        string file = Path.Combine(Path.GetTempPath(), $"mstream-spots-{Environment.ProcessId}.f32");
        await File.WriteAllBytesAsync(file, MemoryMarshal.AsBytes(regions.AsSpan()).ToArray(), cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (GaussianShape shape in new[] { GaussianShape.Symmetric, GaussianShape.Elliptical })
            {
                foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
                {
                    await CompareAsync(regions, file, shape, threads, rounds, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            File.Delete(file);
        }

        return 0;
    }

    private static async Task CompareAsync(float[] regions, string file, GaussianShape shape, int threads, int rounds, CancellationToken cancellationToken)
    {
        var ours = new Samples();
        var theirs = new Samples();
        var ratios = new Samples();
        Measure(regions, shape, threads);
        for (int round = 0; round < rounds; round++)
        {
            double rate = Measure(regions, shape, threads);
            ours.Add(rate);
            JsonElement? peer = await Peer.RunAsync(
                "/usr/bin/python3",
                [Peer.File("picasso_mle.py"), file, shape == GaussianShape.Symmetric ? "sigma" : "sigmaxy", $"{threads}"],
                cancellationToken).ConfigureAwait(false);
            if (peer is { } answer)
            {
                theirs.Add(answer.GetProperty("fits_per_s").GetDouble());
                ratios.Add(rate / answer.GetProperty("fits_per_s").GetDouble());
            }
        }

        Console.WriteLine($"{shape}, {threads} thread(s)");
        Console.WriteLine($"  MicroscopeStream  {ours.Describe("N0", "fits/s")}");
        Console.WriteLine($"  Picasso           {theirs.Describe("N0", "fits/s")}");
        Console.WriteLine($"  ratio             {ratios.Describe("N1", "×")}");
    }

    private static double Measure(float[] regions, GaussianShape shape, int threads)
    {
        int area = Size * Size, spots = regions.Length / area;
        var fits = new GaussianFit[spots];
        GaussianFitter[] fitters = [.. Enumerable.Range(0, threads).Select(_ => new GaussianFitter(new GaussianFitOptions { Shape = shape }))];
        long start = TimeProvider.System.GetTimestamp();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t =>
        {
            int first = (int)((long)spots * t / threads), end = (int)((long)spots * (t + 1) / threads);
            fitters[t].Fit(regions.AsSpan(first * area, (end - first) * area), [], fits.AsSpan(first, end - first));
        });
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return fits.Count(fit => fit.Converged) > 0.9 * spots ? spots / seconds : throw new InvalidOperationException("Fits did not converge.");
    }

    // Counts drawn from a normal approximation: at 20 photons and more it makes no difference to a fit's speed.
    private static float[] MakeSpots(int count)
    {
        var random = new Random(1);
        var regions = new float[count * Size * Size];
        for (int s = 0; s < count; s++)
        {
            double x = 3 + random.NextDouble(), y = 3 + random.NextDouble();
            for (int p = 0; p < Size * Size; p++)
            {
                double dx = (p % Size) + 0.5 - x, dy = (p / Size) + 0.5 - y;
                double mean = 20 + (1500 / (2 * Math.PI * 1.44) * Math.Exp(-((dx * dx) + (dy * dy)) / 2.88));
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                regions[(s * Size * Size) + p] = (float)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * normal)));
            }
        }

        return regions;
    }
}
