using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;
using Polly;
using Polly.Simmy;

namespace MicroscopeStream.Inference.Tests.Execution;

/// <summary>
/// A provider that fails in the middle, by Polly's chaos strategy: what comes out must not show it, and what is reported must.
/// </summary>
public class FallbackNetworkTests
{
    private readonly TestTimeProvider _time = new();
    private TinyModels _models = null!;
    private ExecutionHosts _hosts = null!;
    private ModelPackage _model = null!;
    private bool _cpuFails;
    private int _opened;
    private Exception? _reopening;
    private Func<int, bool> _failsAt = _ => false;

    [SetUp]
    public void SetUp()
    {
        (_models, _hosts) = (new TinyModels(), new ExecutionHosts(threads: new InferenceThreads(1)));
        (_cpuFails, _opened, _reopening) = (false, 0, null);
    }

    [TearDown]
    public void TearDown()
    {
        _hosts.Dispose();
        _models.Dispose();
    }

    private static IEnumerable<object[]> FailurePoints() =>
        from frames in new[] { (3, 1), (5, 2), (3, 2) }
        from call in Enumerable.Range(0, 24)
        select new object[] { frames.Item1, frames.Item2, call };

    [TestCaseSource(nameof(FailurePoints))]
    public async Task Whichever_call_fails_the_results_are_those_of_a_network_that_never_failed(int frames, int target, int failingCall)
    {
        _model = ModelPackageLoader.Load(_models.TwoGraphs(frames: frames, target: target));
        long[] sequences = [0, 1, 2, 4, 5, 9, 10, 11];
        using ITemporalNetwork sound = await OpenCpuAsync();
        string expected = await Windows.TemporalNetworkTests.FeedAsync(sound, sequences, 2);

        _failsAt = call => call == failingCall;
        using FallbackNetwork network = await OpenAsync();
        Assert.That(await Windows.TemporalNetworkTests.FeedAsync(network, sequences, 2), Is.EqualTo(expected));

        bool failed = network.Provider.Used == ExecutionProvider.Cpu;
        Assert.That(failed || failingCall > 15, "the failure was met");
        Assert.That(network.Provider.Reasons, failed ? Has.One.Contains("cuda fell off the bus") : Is.Empty);
        Assert.That(await Windows.TemporalNetworkTests.FeedAsync(network, sequences, 2), Is.EqualTo(expected), "a second series");
    }

    [Test]
    public async Task The_provider_is_tried_again_later_takes_over_and_that_is_reported()
    {
        _model = ModelPackageLoader.Load(_models.TwoGraphs());
        _failsAt = call => call == 3 && _opened == 1;
        using FallbackNetwork network = await OpenAsync();
        string seen = await FeedAsync(network, 0, 6);
        Assert.That(network.Provider.Used, Is.EqualTo(ExecutionProvider.Cpu));

        _time.Advance(TimeSpan.FromSeconds(59));
        seen += await FeedAsync(network, 6, 3);
        Assert.That(_opened, Is.EqualTo(1), "not before its time");

        _time.Advance(TimeSpan.FromSeconds(2));
        long next = 9;
        for (; network.Provider.Used == ExecutionProvider.Cpu && next < 2000; next++)
        {
            seen += await FeedAsync(network, next, 1);
            await Task.Yield();
        }

        seen += await FeedAsync(network, next, 3);
        Assert.That(network.Provider.Used, Is.EqualTo(ExecutionProvider.Cuda));
        Assert.That(network.Provider.Reasons, Has.Count.EqualTo(2));
        Assert.That(network.Provider.Reasons[1], Does.Contain("works again"));
        Assert.That(
            seen, Is.EqualTo(string.Concat(Enumerable.Range(0, (int)next + 2).Select(i => $"{i} "))), "no frame twice, none left out");
    }

    [Test]
    public async Task A_return_that_fails_for_whatever_reason_loses_no_frame_and_is_not_tried_again_at_once()
    {
        _model = ModelPackageLoader.Load(_models.TwoGraphs());
        _failsAt = call => call == 3 && _opened == 1;
        using FallbackNetwork network = await OpenAsync();
        string seen = await FeedAsync(network, 0, 6);
        _reopening = new InvalidOperationException("64 sessions use the model already.");
        _time.Advance(TimeSpan.FromSeconds(61));
        long next = 6;
        for (; network.Provider.Reasons.Count == 1 && next < 2000; next++)
        {
            seen += await FeedAsync(network, next, 1);
            await Task.Yield();
        }

        Assert.That(network.Provider.Used, Is.EqualTo(ExecutionProvider.Cpu));
        Assert.That(network.Provider.Reasons[^1], Does.Contain("could not take over again: 64 sessions"));
        Assert.That(_opened, Is.EqualTo(2));

        _time.Advance(TimeSpan.FromSeconds(119));
        seen += await FeedAsync(network, next, 20);
        Assert.That(_opened, Is.EqualTo(2), "the wait is twice as long, and begins where the return failed");
        Assert.That(
            seen, Is.EqualTo(string.Concat(Enumerable.Range(0, (int)next + 19).Select(i => $"{i} "))), "no frame twice, none left out");

        _reopening = null;
        _time.Advance(TimeSpan.FromSeconds(2));
        for (next += 20; network.Provider.Used == ExecutionProvider.Cpu && next < 4000; next++)
        {
            await FeedAsync(network, next, 1);
            await Task.Yield();
        }

        Assert.That(network.Provider.Used, Is.EqualTo(ExecutionProvider.Cuda));
    }

    [Test]
    public async Task When_the_cpu_fails_too_the_caller_is_told()
    {
        _model = ModelPackageLoader.Load(_models.TwoGraphs());
        (_failsAt, _cpuFails) = (call => call == 1, true);
        using FallbackNetwork network = await OpenAsync();
        await network.SubmitAsync(0, CancellationToken.None);
        Assert.That(
            async () => await network.SubmitAsync(1, CancellationToken.None),
            Throws.InstanceOf<ProviderFailedException>().With.Message.Contains("no memory"));
    }

    private static async Task<string> FeedAsync(FallbackNetwork network, long from, int count)
    {
        string seen = "";
        for (long sequence = from; sequence < from + count; sequence++)
        {
            seen += await network.SubmitAsync(sequence, CancellationToken.None) ? $"{network.Maps.Sequence} " : "";
        }

        return seen;
    }

    private Task<ITemporalNetwork> OpenCpuAsync() => _hosts.OpenAsync(_model, 6, 7, ExecutionProvider.Cpu, CancellationToken.None);

    private async Task<FallbackNetwork> OpenAsync() =>
        new(await OpenOnAsync(ExecutionProvider.Cuda), (provider, _) => OpenOnAsync(provider), _time, new FallbackOptions());

    private async Task<ITemporalNetwork> OpenOnAsync(ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cpu)
        {
            return _cpuFails ? throw new ProviderFailedException(ExecutionProvider.Cpu, "There is no memory.") : await OpenCpuAsync();
        }

        _opened++;
        if (_reopening is not null)
        {
            throw _reopening;
        }

        return new ChaoticNetwork(await OpenCpuAsync(), _failsAt);
    }

    /// <summary>Passes for a network on a GPU, with faults injected before chosen calls.</summary>
    private sealed class ChaoticNetwork(ITemporalNetwork inner, Func<int, bool> failsAt) : ITemporalNetwork
    {
        private readonly ResiliencePipeline _chaos = Chaos(failsAt);

        public ModelPackage Model => inner.Model;

        public int Height => inner.Height;

        public int Width => inner.Width;

        public int FramesAfterTarget => inner.FramesAfterTarget;

        public ProviderDecision Provider { get; } = new(ExecutionProvider.Cuda, ExecutionProvider.Cuda, []);

        public double MillisecondsPerFrame => inner.MillisecondsPerFrame;

        public long FirstWanted
        {
            get => inner.FirstWanted;
            set => inner.FirstWanted = value;
        }

        public NetworkMaps Maps => inner.Maps;

        public Span<float> InputRow(int y) => inner.InputRow(y);

        public ValueTask<bool> SubmitAsync(long sequence, CancellationToken cancellationToken) =>
            _chaos.ExecuteAsync(token => inner.SubmitAsync(sequence, token), cancellationToken);

        public ValueTask<bool> PassGapAsync(long nextSequence, CancellationToken cancellationToken) =>
            _chaos.ExecuteAsync(token => inner.PassGapAsync(nextSequence, token), cancellationToken);

        public ValueTask<bool> FlushAsync(CancellationToken cancellationToken) =>
            _chaos.ExecuteAsync(token => inner.FlushAsync(token), cancellationToken);

        public void Dispose() => inner.Dispose();

        private static ResiliencePipeline Chaos(Func<int, bool> failsAt)
        {
            int call = -1;
            return new ResiliencePipelineBuilder().AddChaosFault(new Polly.Simmy.Fault.ChaosFaultStrategyOptions
            {
                InjectionRate = 1,
                FaultGenerator = _ =>
                {
                    call++;
                    return new ValueTask<Exception?>(failsAt(call) ? new ProviderFailedException(ExecutionProvider.Cuda, "cuda fell off the bus.") : null);
                },
            }).Build();
        }
    }
}
