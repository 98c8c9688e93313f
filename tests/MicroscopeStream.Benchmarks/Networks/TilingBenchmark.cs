using System.CommandLine;
using System.Diagnostics;
using MicroscopeStream.Benchmarks.Measuring;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Benchmarks.Networks;

/// <summary>
/// A large frame in one piece, in tiles one after the other with all threads each, and in tiles side by side with one thread each:
/// time, CPU time and memory of each way, the ways alternating.
/// </summary>
internal static class TilingBenchmark
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Model id.", DefaultValueFactory = _ => "decode-2d-small" };
        var edge = new Option<int>("--edge") { Description = "Frame edge, px.", DefaultValueFactory = _ => 1024 };
        var tile = new Option<int>("--tile") { Description = "Tiles of at most this edge squared, px.", DefaultValueFactory = _ => 768 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; the ways alternate.", DefaultValueFactory = _ => 5 };
        var command = new Command("tiling", "Large frames in one piece and in tiles, on CPU: time, CPU time, memory.")
        {
            model, edge, tile, rounds,
        };
        command.SetAction((result, cancellation) =>
            RunAsync(result.GetValue(model)!, result.GetValue(edge), result.GetValue(tile), result.GetValue(rounds), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string id, int edge, int tile, int rounds, CancellationToken cancellationToken)
    {
        ModelCatalog catalog = ModelCatalog.Scan(ModelDirectories.Resolve(), cancellationToken);
        if (catalog.Find(id) is not { } model)
        {
            await Console.Error.WriteLineAsync(catalog.Explain(id)).ConfigureAwait(false);
            return 1;
        }

        using var warm = new ExecutionHosts();
        (await warm.OpenAsync(model, 64, 64, ExecutionProvider.Cpu, cancellationToken).ConfigureAwait(false)).Dispose();
        int tilePixels = tile * tile;
        using Way whole = await Way.OpenAsync(
            "in one piece", new TilingOptions { MaximumPixels = int.MaxValue }, model, edge, cancellationToken).ConfigureAwait(false);
        using Way inTurn = await Way.OpenAsync(
            "tiles in turn", new TilingOptions { MaximumPixels = tilePixels, SideBySide = false }, model, edge, cancellationToken)
            .ConfigureAwait(false);
        using Way sideBySide = await Way.OpenAsync(
            "tiles side by side", new TilingOptions { MaximumPixels = tilePixels }, model, edge, cancellationToken).ConfigureAwait(false);
        Way[] ways = [whole, inTurn, sideBySide];
        for (int round = 0; round < rounds; round++)
        {
            foreach (Way way in ways)
            {
                await way.MeasureAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        Console.WriteLine($"{model.Id} {model.Manifest.Version}, {edge} × {edge} px, {warm.Threads.PerRun} thread(s)");
        Array.ForEach(ways, way => way.Print());
        return 0;
    }

    private sealed class Way(string name, ExecutionHosts hosts, ITemporalNetwork network, double megabytes) : IDisposable
    {
        private readonly Samples _wall = new();
        private readonly Samples _cpu = new();
        private long _next;

        /// <summary>Opens the network; its warm-up touches all memory that it will need.</summary>
        public static async Task<Way> OpenAsync(
            string name, TilingOptions tiling, ModelPackage model, int edge, CancellationToken cancellationToken)
        {
            double before = Megabytes();
            var hosts = new ExecutionHosts(tiling: tiling);
            ITemporalNetwork network = await hosts.OpenAsync(model, edge, edge, ExecutionProvider.Cpu, cancellationToken)
                .ConfigureAwait(false);
            double megabytes = Megabytes() - before;
            await network.SubmitAsync(0, cancellationToken).ConfigureAwait(false);
            return new Way(name, hosts, network, megabytes) { _next = 1 };
        }

        public async Task MeasureAsync(CancellationToken cancellationToken)
        {
            var random = new Random((int)_next);
            network.WriteFrame([.. Enumerable.Range(0, network.Height * network.Width).Select(_ => 20 + (random.NextSingle() * 100))]);
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long start = TimeProvider.System.GetTimestamp();
            await network.SubmitAsync(_next++, cancellationToken).ConfigureAwait(false);
            _wall.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            _cpu.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
        }

        public void Print() => Console.WriteLine(
            $"  {name,-18} {network.Tiles,3} tile(s), wall {_wall.Describe("F0", "ms")}, "
            + $"CPU {_cpu.Describe("F0", "ms")}, {megabytes:F0} MB");

        public void Dispose()
        {
            network.Dispose();
            hosts.Dispose();
        }

        private static double Megabytes()
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64 / (1024.0 * 1024);
        }
    }
}
