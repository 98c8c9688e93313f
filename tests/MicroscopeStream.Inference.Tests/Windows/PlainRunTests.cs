using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>
/// The cache of features and its bound buffers against the plainest way there is to run the same graphs: every frame anew, nothing bound.
/// </summary>
public class PlainRunTests
{
    [Test]
    public async Task Maps_are_those_of_the_graphs_run_plainly()
    {
        string? folder = TestPaths.InRepository("onnx-models/decode-2d-small");
        if (folder is null || !File.Exists(Path.Combine(folder, "model.json")))
        {
            Assert.Ignore("onnx-models/decode-2d-small is not in this checkout.");
        }

        ModelPackage model = ModelPackageLoader.Load(folder);
        const int Size = 40;
        float[][] frames = [.. Enumerable.Range(0, 6).Select(i => Frame(i, Size))];
        float[][] expected = RunPlainly(model, frames, Size);
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await hosts.OpenAsync(model, Size, Size, ExecutionProvider.Cpu, CancellationToken.None);
        var actual = new List<float[]>();
        for (int i = 0; i < frames.Length; i++)
        {
            network.WriteFrame(frames[i]);
            if (await network.SubmitAsync(i, CancellationToken.None))
            {
                actual.Add(network.Maps.Values.ToArray());
            }
        }

        while (await network.FlushAsync(CancellationToken.None))
        {
            actual.Add(network.Maps.Values.ToArray());
        }

        Assert.That(actual, Has.Count.EqualTo(frames.Length));
        for (int i = 0; i < frames.Length; i++)
        {
            float scale = expected[i].Max(MathF.Abs);
            Assert.That(actual[i].Zip(expected[i], (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(1e-5 * scale), $"frame {i}");
        }
    }

    private static float[] Frame(int seed, int size)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, size * size).Select(_ => 20 + (random.NextSingle() * 300))];
    }

    private static float[][] RunPlainly(ModelPackage model, float[][] frames, int size)
    {
        using var first = new InferenceSession(model.FileOf("frame"));
        using var second = new InferenceSession(model.FileOf("context"));
        DenseTensor<float>[] features = [.. frames.Select(frame =>
        {
            using var output = first.Run([NamedOnnxValue.CreateFromTensor("frame", new DenseTensor<float>(frame, [1, 1, size, size]))]);
            return output[0].AsTensor<float>().ToDenseTensor();
        })];
        var nothing = new DenseTensor<float>(features[0].Dimensions);
        return [.. Enumerable.Range(0, frames.Length).Select(i =>
        {
            using var output = second.Run(
            [
                NamedOnnxValue.CreateFromTensor("previous", i > 0 ? features[i - 1] : nothing),
                NamedOnnxValue.CreateFromTensor("current", features[i]),
                NamedOnnxValue.CreateFromTensor("next", i + 1 < frames.Length ? features[i + 1] : nothing),
            ]);
            return output[0].AsTensor<float>().ToArray();
        })];
    }
}
