using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MicroscopeStream.Benchmarks.Measuring;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Benchmarks.Sim;

/// <summary>One new raw frame in rolling structured illumination, beside NumPy/SciPy doing the same.</summary>
internal static class SimBenchmark
{
    public static Command Create()
    {
        var size = new Option<int>("--size") { Description = "Rows and columns of a raw frame.", DefaultValueFactory = _ => 512 };
        var updates = new Option<int>("--updates") { Description = "Updates per round.", DefaultValueFactory = _ => 60 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; ours and the peer's alternate.", DefaultValueFactory = _ => 5 };
        var command = new Command("sim", "Rolling structured illumination: a new raw frame to an image twice as fine, hexagonal pattern of seven frames.")
        {
            size, updates, rounds,
        };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(size), result.GetValue(updates), result.GetValue(rounds), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int size, int updates, int rounds, CancellationToken cancellationToken)
    {
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            var ours = new Samples();
            (string Name, string Form, Samples Times, Samples Ratios, Samples LeastRatios)[] peers =
            [
                ("NumPy/SciPy, tuned", "tuned", new Samples(), new Samples(), new Samples()),
                ("NumPy/SciPy, ordinary", "ordinary", new Samples(), new Samples(), new Samples()),
            ];
            using var crew = new WorkCrew(threads);
            WienerReconstructor reconstructor = Prepare(size, crew);
            for (int round = 0; round < rounds; round++)
            {
                (double median, double least, long allocated) = Measure(reconstructor, size, updates);
                ours.Add(median);
                if (allocated > 0)
                {
                    Console.WriteLine($"  {allocated} bytes were allocated in {updates} updates");
                }

                foreach ((_, string form, Samples times, Samples ratios, Samples leastRatios) in peers)
                {
                    JsonElement? peer = await Peer.RunAsync(
                        "/usr/bin/python3", [Peer.File("scipy_sim.py"), $"{size}", $"{updates}", $"{threads}", form], cancellationToken).ConfigureAwait(false);
                    if (peer is { } answer)
                    {
                        times.Add(answer.GetProperty("median_ms").GetDouble());
                        ratios.Add(answer.GetProperty("median_ms").GetDouble() / median);
                        leastRatios.Add(answer.GetProperty("least_ms").GetDouble() / least);
                    }
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size} × {size} -> {2 * size} × {2 * size}, {threads} thread(s)"));
            Console.WriteLine($"  {"MicroscopeStream",-24}{ours.Describe("N1", "ms")}");
            foreach ((string name, _, Samples times, Samples ratios, Samples leastRatios) in peers)
            {
                Console.WriteLine($"  {name,-24}{times.Describe("N1", "ms")}");
                Console.WriteLine($"    ratio of medians      {ratios.Describe("N1", "×")}");
                Console.WriteLine($"    ratio of fastest      {leastRatios.Describe("N1", "×")}");
            }
        }

        return 0;
    }

    private static WienerReconstructor Prepare(int size, WorkCrew crew)
    {
        // The geometry of a real hexagonal recording: NA 1.05, 570 nm, pixels of 108.3 nm.
        FrameOrder order = FrameOrder.Parse("hex7");
        PatternComponent[] components = [new(0, 1, -3.048, -0.281, 0.5), new(0, 1, 1.285, 2.782, 0.5), new(0, 1, 1.763, -2.5, 0.5)];
        IlluminationPattern pattern = IlluminationPattern.Nominal(order, components, [0.1, 0.2, 0.3]);
        var reconstructor = new WienerReconstructor(new PixelGrid(size, size, 108.3), pattern, new OpticalTransfer(1.05, 570), null, crew);
        Measure(reconstructor, size, 14);
        return reconstructor;
    }

    private static (double MedianMs, double LeastMs, long Allocated) Measure(WienerReconstructor reconstructor, int size, int updates)
    {
        var random = new Random(1);
        var frames = new float[7 * size * size];
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i] = 100 * random.NextSingle();
        }

        var result = new float[4 * size * size];
        reconstructor.Reconstruct(frames, result);
        var times = new double[updates];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < updates; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            reconstructor.Add(i % 7, frames.AsSpan(i % 7 * size * size, size * size));
            reconstructor.Render(result);
            times[i] = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Array.Sort(times);
        return (times[updates / 2], times[0], allocated);
    }
}
