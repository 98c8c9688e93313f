using System.CommandLine;
using System.Text.Json;
using MicroscopeStream.Benchmarks.Measuring;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Benchmarks.Networks;

/// <summary>Milliseconds per frame of a localization network beside the same network in PyTorch.</summary>
internal static class NetworkBenchmark
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Model id.", DefaultValueFactory = _ => "decode-2d-small" };
        var edges = new Option<int[]>("--edge") { Description = "Frame edges, px.", DefaultValueFactory = _ => [64, 128, 256], AllowMultipleArgumentsPerToken = true };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; ours and the peer's alternate.", DefaultValueFactory = _ => 5 };
        var command = new Command("network", "A localization network on CPU, features cached, beside the same network in PyTorch as one graph and as two.") { model, edges, rounds };
        command.SetAction((result, cancellation) =>
            RunAsync(result.GetValue(model)!, result.GetValue(edges)!, result.GetValue(rounds), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string id, int[] edges, int rounds, CancellationToken cancellationToken)
    {
        ModelCatalog catalog = ModelCatalog.Scan(ModelDirectories.Resolve(), cancellationToken);
        if (catalog.Find(id) is not { } model)
        {
            await Console.Error.WriteLineAsync(catalog.Explain(id)).ConfigureAwait(false);
            return 1;
        }

        using var hosts = new ExecutionHosts();
        Console.WriteLine($"{model.Id} {model.Manifest.Version}, {hosts.Threads.PerRun} thread(s)");
        foreach (int edge in edges)
        {
            await CompareAsync(hosts, model, edge, rounds, cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task CompareAsync(ExecutionHosts hosts, ModelPackage model, int edge, int rounds, CancellationToken cancellationToken)
    {
        Samples ours = new(), one = new(), two = new(), ratioOne = new(), ratioTwo = new();
        string training = Path.Combine(Path.GetDirectoryName(model.Folder)!, "training");
        string recipe = Path.Combine(training, "recipes", model.Id + ".json");
        for (int round = 0; round < rounds; round++)
        {
            double ms = await MeasureAsync(hosts, model, edge, cancellationToken).ConfigureAwait(false);
            ours.Add(ms);
            if (await Peer.RunAsync(
                "/usr/bin/python3", [Peer.File("torch_network.py"), training, recipe, $"{edge}", $"{hosts.Threads.PerRun}"], cancellationToken)
                .ConfigureAwait(false) is JsonElement answer)
            {
                double oneGraph = answer.GetProperty("one_graph_ms").GetDouble(), twoGraphs = answer.GetProperty("two_graphs_ms").GetDouble();
                one.Add(oneGraph);
                two.Add(twoGraphs);
                ratioOne.Add(oneGraph / ms);
                ratioTwo.Add(twoGraphs / ms);
            }
        }

        Console.WriteLine($"{edge} × {edge} px");
        Console.WriteLine($"  MicroscopeStream             {ours.Describe("F2", "ms per frame")}");
        Console.WriteLine($"  PyTorch, one graph           {one.Describe("F2", "ms per frame")}, {ratioOne.Describe("F2", "× ours")}");
        Console.WriteLine($"  PyTorch, two graphs          {two.Describe("F2", "ms per frame")}, {ratioTwo.Describe("F2", "× ours")}");
    }

    private static async Task<double> MeasureAsync(ExecutionHosts hosts, ModelPackage model, int edge, CancellationToken cancellationToken)
    {
        using ITemporalNetwork network = await hosts.OpenAsync(model, edge, edge, ExecutionProvider.Cpu, cancellationToken).ConfigureAwait(false);
        var frame = new float[edge * edge];
        var random = new Random(1);
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = random.NextSingle() * 100;
        }

        int count = Math.Clamp(100 * 64 * 64 / (edge * edge), 8, 100);
        var times = new Samples();
        for (int i = 0; i < count; i++)
        {
            network.WriteFrame(frame);
            long start = TimeProvider.System.GetTimestamp();
            await network.SubmitAsync(i, cancellationToken).ConfigureAwait(false);
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Median;
    }
}
