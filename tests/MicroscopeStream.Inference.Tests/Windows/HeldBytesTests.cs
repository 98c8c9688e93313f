using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>What a network says that it holds is what its window takes: a service that does not count it promises memory twice.</summary>
public class HeldBytesTests
{
    private const int Edge = 8;
    private const long Plane = Edge * Edge * sizeof(float);

    // Two networks: the frame, its features for each place of the window and for a missing one, and as many maps as frames.
    // One network: each frame twice, and as many maps as frames.
    [TestCase(true, 3, (1 + 3 + 1 + 3) * Plane)]
    [TestCase(true, 5, (1 + 5 + 1 + 5) * Plane)]
    [TestCase(false, 3, (6 + 3) * Plane)]
    public async Task Windows_features_and_maps_are_counted(bool two, int frames, long expected)
    {
        using var models = new TinyModels();
        ModelPackage model = ModelPackageLoader.Load(two ? models.TwoGraphs(frames: frames) : models.OneGraph(frames: frames));
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await hosts.OpenAsync(model, Edge, Edge, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That(network.HeldBytes, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_network_that_may_fall_back_counts_the_raw_frames_that_it_keeps_for_that()
    {
        using var models = new TinyModels();
        ModelPackage model = ModelPackageLoader.Load(models.TwoGraphs());
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        ITemporalNetwork inner = await hosts.OpenAsync(model, Edge, Edge, ExecutionProvider.Cpu, CancellationToken.None);
        long alone = inner.HeldBytes;
        using var network = new FallbackNetwork(inner, (_, _) => throw new NotSupportedException(), TimeProvider.System, new FallbackOptions());
        Assert.That(network.HeldBytes, Is.EqualTo(alone + (4 * Plane)), "a window of three, and the frame being written");
    }
}
