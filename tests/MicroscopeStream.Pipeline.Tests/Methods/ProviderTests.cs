using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Localizations.ReadOut;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Methods;

/// <summary>What the stream says and does when what runs the network changes or fails. The faults are injected; the network is real.</summary>
public sealed class ProviderTests
{
    private readonly ExecutionHosts _hosts = new();
    private ModelPackage _model = null!;

    [OneTimeSetUp]
    public void Find() => _model = ModelCatalog.Scan([Path.Combine(Repository.Root, "onnx-models")]).Find("decode-2d-small")!;

    [OneTimeTearDown]
    public void Close() => _hosts.Dispose();

    [Test]
    [CancelAfter(120_000)]
    public async Task A_change_of_provider_is_told_in_the_stream_and_in_the_summary()
    {
        var scene = new Scene();
        (SessionSummary summary, _) = await RunAsync(scene, network => new Faulty(network)
        {
            Decision = submitted => submitted < 5
                ? network.Provider
                : network.Provider with { Used = ExecutionProvider.Cuda, Reasons = ["The GPU came back and took over."] },
        });

        Assert.That(summary.Provider, Is.EqualTo("cuda"));
        Assert.That(summary.Warnings.Single(), Is.EqualTo("The network runs on cuda now. The GPU came back and took over."));
        Assert.That(summary.Frames.Processed, Is.EqualTo(12));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_frame_that_no_provider_could_run_is_dropped_and_those_after_it_are_as_right_as_ever()
    {
        var scene = new Scene();
        (_, List<Localization> unharmed) = await RunAsync(scene, network => new Faulty(network));
        (SessionSummary summary, List<Localization> harmed) = await RunAsync(
            scene, network => new Faulty(network) { FailsAt = submitted => submitted == 6 });

        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.Failed, 1) }));
            Assert.That(summary.Warnings, Has.Exactly(1).Contains("failed on frame 5"));
            Assert.That(harmed.Where(found => found.Frame is < 5 or > 6), Is.EqualTo(unharmed.Where(found => found.Frame is < 5 or > 6)));
            Assert.That(harmed.Where(found => found.Frame == 5), Is.Empty);
            Assert.That(harmed.Where(found => found.Frame == 6), Is.EqualTo(unharmed.Where(found => found.Frame == 6)), "its whole window entered anew");
        });
    }

    private async Task<(SessionSummary Summary, List<Localization> Found)> RunAsync(Scene scene, Func<ITemporalNetwork, ITemporalNetwork> wrap)
    {
        await using var bench = new Bench(methods: new Factory(_hosts, _model, wrap));
        Session session = await bench.Manager.OpenAsync(scene.Specification("faulty"), CancellationToken.None);
        (List<Localization> found, SessionSummary summary) = await scene.StreamAsync(session, [.. Enumerable.Range(0, 12).Select(i => (long)i)]);
        return (summary, found);
    }

    private sealed class Factory(ExecutionHosts hosts, ModelPackage model, Func<ITemporalNetwork, ITemporalNetwork> wrap) : IMethodFactory
    {
        public MethodDescription Description { get; } = new()
        {
            Id = "faulty",
            Task = "localization",
            Title = "A network with injected faults",
            WindowFrames = 3,
            LookAheadFrames = 1,
        };

        public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification) => [];

        public IReadOnlyList<Notice> Warn(SessionSpecification specification) => [];

        public async ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
        {
            AcquisitionSpecification acquisition = specification.Acquisition;
            ITemporalNetwork network = await hosts.OpenAsync(model, acquisition.Height, acquisition.Width, ExecutionProvider.Cpu, cancellationToken);
            var readOut = new EmitterReadOut(EmitterMapChannels.Standard2D, new ReadOutThresholds());
            var method = new NetworkLocalizer(wrap(network), readOut, MapChannel.Absent, acquisition.PixelSizeNm);
            return new PreparedMethod(method, method.Provider, 1);
        }
    }

    private sealed class Faulty(ITemporalNetwork inner) : ITemporalNetwork
    {
        private int _submitted;

        private Inference.Providers.ProviderDecision? _last;

        public Func<int, Inference.Providers.ProviderDecision> Decision { get; init; } = _ => inner.Provider;

        public Func<int, bool> FailsAt { get; init; } = static _ => false;

        public ModelPackage Model => inner.Model;

        public int Height => inner.Height;

        public int Width => inner.Width;

        public int FramesAfterTarget => inner.FramesAfterTarget;

        public Inference.Providers.ProviderDecision Provider
        {
            get
            {
                Inference.Providers.ProviderDecision now = Decision(_submitted);
                return _last is { } last && last.Used == now.Used ? last : _last = now;
            }
        }

        public double MillisecondsPerFrame => inner.MillisecondsPerFrame;

        public long FirstWanted
        {
            get => inner.FirstWanted;
            set => inner.FirstWanted = value;
        }

        public NetworkMaps Maps => inner.Maps;

        public Span<float> InputRow(int y) => inner.InputRow(y);

        public ValueTask<bool> SubmitAsync(long sequence, CancellationToken cancellationToken)
        {
            if (FailsAt(_submitted++))
            {
                throw new ProviderFailedException(ExecutionProvider.Cpu, "The device was pulled out.");
            }

            return inner.SubmitAsync(sequence, cancellationToken);
        }

        public ValueTask<bool> PassGapAsync(long nextSequence, CancellationToken cancellationToken) => inner.PassGapAsync(nextSequence, cancellationToken);

        public ValueTask<bool> FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public void Dispose() => inner.Dispose();
    }
}
