using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Execution;

public class ExecutionHostsTests
{
    private TinyModels _models = null!;
    private ExecutionHosts _hosts = null!;

    [SetUp]
    public void SetUp() => (_models, _hosts) = (new TinyModels(), new ExecutionHosts(threads: new InferenceThreads(1)));

    [TearDown]
    public void TearDown()
    {
        _hosts.Dispose();
        _models.Dispose();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_frame_allocates_nothing_in_the_whole_process(bool two)
    {
        using ITemporalNetwork network = await OpenAsync(two ? _models.TwoGraphs() : _models.OneGraph(), 64, 64);
        float[] frame = new float[64 * 64];
        long sequence = 0;
        long least = long.MaxValue;

        // Other threads of the test runner allocate now and then: the best of several rounds is ours.
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 200; i++)
            {
                network.WriteFrame(frame);
                // As a service awaits: NUnit's context would allocate for each return to its thread.
                await network.SubmitAsync(sequence++, CancellationToken.None).ConfigureAwait(false);
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.That(least, Is.Zero);
    }

    [Test]
    public async Task Sessions_that_share_a_model_each_get_their_own_frames()
    {
        string folder = _models.TwoGraphs();
        string[] results = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            using ITemporalNetwork network = await OpenAsync(folder, 8 + i, 9);
            return await Windows.TemporalNetworkTests.FeedAsync(network, Enumerable.Range(i, 40).Select(k => (long)k), 2);
        }));
        for (int i = 0; i < results.Length; i++)
        {
            Assert.That(results[i], Does.StartWith($"{i}:-{i}{i + 1} {i + 1}:{i}{i + 1}{i + 2}"));
            Assert.That(results[i].Split(' '), Has.Length.EqualTo(40));
        }
    }

    [Test]
    public async Task A_session_with_large_frames_does_not_starve_one_with_small_frames()
    {
        string folder = _models.Convolutions("conv", depth: 2);
        using ITemporalNetwork large = await OpenAsync(folder, 256, 256);
        using ITemporalNetwork small = await OpenAsync(folder, 32, 32);
        using var stop = new CancellationTokenSource();
        Task<int> largeFrames = RunAsync(large, 30, CancellationToken.None);
        Task<int> smallFrames = RunAsync(small, int.MaxValue, stop.Token);
        await largeFrames;
        await stop.CancelAsync();
        int served = await smallFrames;

        // The small session is always behind in time used, so it is served whenever it asks: at least once for each large frame.
        Assert.That(served, Is.GreaterThanOrEqualTo(28));

        static async Task<int> RunAsync(ITemporalNetwork network, int frames, CancellationToken cancellationToken)
        {
            int done = 0;
            for (; done < frames && !cancellationToken.IsCancellationRequested; done++)
            {
                await network.SubmitAsync(done, CancellationToken.None);
            }

            return done;
        }
    }

    [Test]
    public async Task What_a_frame_costs_is_measured_and_grows_with_the_frame()
    {
        ModelPackage model = ModelPackageLoader.Load(_models.Convolutions("conv", depth: 4));
        CostEstimate small = await _hosts.EstimateCostAsync(model, 32, 32, ExecutionProvider.Cpu, CancellationToken.None);
        CostEstimate large = await _hosts.EstimateCostAsync(model, 256, 256, ExecutionProvider.Cpu, CancellationToken.None);
        CostEstimate again = await _hosts.EstimateCostAsync(model, 256, 256, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That(large.MillisecondsPerFrame, Is.GreaterThan(8 * small.MillisecondsPerFrame));
        Assert.That(again.MillisecondsPerFrame, Is.EqualTo(large.MillisecondsPerFrame), "measured once");
        Assert.That(small.Provider.Used, Is.EqualTo(ExecutionProvider.Cpu));
    }

    [Test]
    public async Task Two_frames_at_once_are_refused()
    {
        using ITemporalNetwork network = await OpenAsync(_models.Convolutions("conv", depth: 2), 256, 256);
        ValueTask<bool> first = network.SubmitAsync(0, CancellationToken.None);
        Assert.That(
            () => network.SubmitAsync(0, CancellationToken.None),
            Throws.InvalidOperationException.With.Message.Contains("one frame at a time"));
        Assert.That(await first, Is.True);
    }

    [Test]
    public async Task After_disposal_nothing_opens_and_nothing_hangs()
    {
        ITemporalNetwork network = await OpenAsync(_models.OneGraph(), 8, 8);
        _hosts.Dispose();
        Assert.That(async () => await network.SubmitAsync(0, CancellationToken.None), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await OpenAsync(_models.OneGraph(), 8, 8), Throws.InstanceOf<ObjectDisposedException>());
        network.Dispose();
    }

    private async Task<ITemporalNetwork> OpenAsync(string folder, int height, int width) =>
        await _hosts.OpenAsync(ModelPackageLoader.Load(folder), height, width, ExecutionProvider.Cpu, CancellationToken.None);
}
