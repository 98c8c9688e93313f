using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Execution;

/// <summary>What the runtime throws while tensors are allocated or bound is the provider's failure: another one may take over.</summary>
public class GraphBindingTests
{
    private TinyModels _models = null!;
    private ModelPackage _model = null!;
    private Dictionary<string, GraphSession> _sessions = null!;

    [SetUp]
    public void SetUp()
    {
        _models = new TinyModels();
        _model = ModelPackageLoader.Load(_models.TwoGraphs());
        _sessions = _model.Manifest.Graphs.Keys.ToDictionary(
            name => name,
            name => new GraphSession(_model.FileOf(name), _model.ReadGraph(name), ExecutionProvider.Cpu, threads: 1, hasOwnMemory: true));
    }

    [TearDown]
    public void TearDown()
    {
        foreach (GraphSession session in _sessions.Values)
        {
            session.Dispose();
        }

        _models.Dispose();
    }

    [Test]
    public void An_input_that_cannot_be_bound_is_the_providers_failure()
    {
        using GraphBinding binding = _sessions["frame"].Bind();
        using var tensor = new PinnedTensor([1, 1, 4, 4]);
        Assert.That(
            () => binding.BindInput("elsewhere", tensor.Value),
            Throws.TypeOf<ProviderFailedException>().With.Message.Contains("cpu failed while binding frame.onnx"));
    }

    [Test]
    public void Memory_that_the_provider_does_not_have_is_its_failure() => Assert.That(
        () => _sessions["frame"].AllocateOnDevice([1, 1L << 20, 1L << 25]),
        Throws.TypeOf<ProviderFailedException>().With.Message.Contains("allocating memory for frame.onnx"));

    /// <summary>The networks change places under the executor, so that nothing it binds fits.</summary>
    [Test]
    public void An_executor_whose_bindings_fail_says_that_the_provider_failed()
    {
        var plan = NetworkPlan.For(_model);
        using NetworkShapes shapes = NetworkShapes.Probe(plan, _sessions, 4, 4);
        var exchanged = new Dictionary<string, GraphSession> { ["frame"] = _sessions["context"], ["context"] = _sessions["frame"] };
        var owned = new Stack<IDisposable>();
        Assert.That(
            () => new FeatureCacheExecutor(plan, exchanged, shapes, owned),
            Throws.TypeOf<ProviderFailedException>().With.Property(nameof(ProviderFailedException.Provider)).EqualTo(ExecutionProvider.Cpu));
        while (owned.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }
    }
}
