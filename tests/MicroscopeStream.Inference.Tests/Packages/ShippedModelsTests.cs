using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Packages;

/// <summary>The models of this repository are whole and run.</summary>
public class ShippedModelsTests
{
    private static IEnumerable<string> Folders() => All().Where(id => !IsOfImages(id));

    private static IEnumerable<string> ImageFolders() => All().Where(IsOfImages);

    private static IEnumerable<string> All() =>
        TestPaths.InRepository("onnx-models") is string root
            ? Directory.EnumerateFiles(root, "model.json", SearchOption.AllDirectories).Select(
                file => Path.GetFileName(Path.GetDirectoryName(file)!))
            : [];

    private static bool IsOfImages(string id) =>
        ModelPackageLoader.Load(TestPaths.InRepository($"onnx-models/{id}")!).Manifest.Task is ModelTask.Image or ModelTask.Sim;

    [TestCaseSource(nameof(ImageFolders))]
    public async Task It_makes_a_finite_image_that_depends_on_its_frames_alone(string id)
    {
        ModelPackage model = ModelPackageLoader.Load(TestPaths.InRepository($"onnx-models/{id}")!);
        Assert.That(model.Id, Is.EqualTo(id), "the folder bears the model's name");
        Assert.That(model.ReadCard(), Is.Not.Empty, "every model says what it is worth");
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using IImageNetwork network = await hosts.OpenImageAsync(model, 50, 61, ExecutionProvider.Cpu, CancellationToken.None);
        var random = new Random(3);
        float[][] frames = [.. Enumerable.Range(0, network.Frames).Select(
            _ => Enumerable.Range(0, 50 * 61).Select(_ => 20 + (random.NextSingle() * 100)).ToArray())];
        float[] first = await ImageAsync(network, frames);
        Assert.That(first, Has.Length.EqualTo(50 * 61 * model.Manifest.Output.Upscale * model.Manifest.Output.Upscale));
        Assert.That(first, Has.All.Matches<float>(float.IsFinite));
        _ = await ImageAsync(network, [.. frames.Select(_ => new float[50 * 61])]);
        Assert.That(await ImageAsync(network, frames), Is.EqualTo(first), "the same frames after others");

        static async Task<float[]> ImageAsync(IImageNetwork network, float[][] frames)
        {
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i].CopyTo(network.Frame(i));
            }

            await network.RunAsync(0, CancellationToken.None);
            return Copy(network.Maps);
        }

        static float[] Copy(NetworkMaps maps)
        {
            float[] image = new float[maps.Height * maps.Width];
            for (int y = 0; y < maps.Height; y++)
            {
                maps.Row(0, y).CopyTo(image.AsSpan(y * maps.Width));
            }

            return image;
        }
    }

    [TestCaseSource(nameof(Folders))]
    public async Task It_loads_runs_and_gives_finite_maps_of_the_frame_size(string id)
    {
        ModelPackage model = ModelPackageLoader.Load(TestPaths.InRepository($"onnx-models/{id}")!);
        Assert.That(model.Id, Is.EqualTo(id), "the folder bears the model's name");
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await hosts.OpenAsync(model, 50, 61, ExecutionProvider.Cpu, CancellationToken.None);
        var random = new Random(3);
        int results = 0;
        for (int i = 0; i < 4; i++)
        {
            network.WriteFrame([.. Enumerable.Range(0, 50 * 61).Select(_ => 20 + (random.NextSingle() * 100))]);
            results += await network.SubmitAsync(i, CancellationToken.None) ? Check(network.Maps) : 0;
        }

        while (await network.FlushAsync(CancellationToken.None))
        {
            results += Check(network.Maps);
        }

        Assert.That(results, Is.EqualTo(4));

        int Check(NetworkMaps maps)
        {
            Assert.That(
                (maps.Channels, maps.Height, maps.Width),
                Is.EqualTo((model.Manifest.Output.Channels.Count, 50 * model.Manifest.Output.Upscale, 61 * model.Manifest.Output.Upscale)));
            Assert.That(maps.Values.ToArray(), Has.All.Matches<float>(float.IsFinite));
            return 1;
        }
    }

    [TestCaseSource(nameof(Folders))]
    public async Task Two_graphs_give_what_the_frames_alone_decide_whatever_came_before(string id)
    {
        ModelPackage model = ModelPackageLoader.Load(TestPaths.InRepository($"onnx-models/{id}")!);
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await hosts.OpenAsync(model, 32, 32, ExecutionProvider.Cpu, CancellationToken.None);
        int to = 4 + model.Manifest.Input.Frames;
        float[] first = await LastMapsAsync(network, 0, to);

        // A recurrent network remembers everything since its series began, and nothing of the one before.
        bool recurrent = model.Manifest.Graphs.Values.Any(graph => graph.Inputs.Any(input => input.Is == GraphInputKind.State));
        float[] second = await LastMapsAsync(network, recurrent ? 0 : 4, to);
        Assert.That(second, Is.EqualTo(first), "the same last window after another history");

        static async Task<float[]> LastMapsAsync(ITemporalNetwork network, int from, int to)
        {
            float[] last = [];
            for (int i = from; i < to; i++)
            {
                var random = new Random(i);
                network.WriteFrame([.. Enumerable.Range(0, 32 * 32).Select(_ => 20 + (random.NextSingle() * 300))]);
                last = await network.SubmitAsync(i, CancellationToken.None) ? network.Maps.Values.ToArray() : last;
            }

            while (await network.FlushAsync(CancellationToken.None))
            {
            }

            return last;
        }
    }
}
