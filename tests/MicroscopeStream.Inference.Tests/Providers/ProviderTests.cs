using Microsoft.ML.OnnxRuntime;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Providers;

public class ProviderTests
{
    [TestCase(ExecutionProvider.Auto, "", ExecutionProvider.Cuda, 0)]
    [TestCase(ExecutionProvider.Auto, "cuda", ExecutionProvider.Cpu, 1)]
    [TestCase(ExecutionProvider.Cuda, "cuda", ExecutionProvider.Cpu, 1)]
    [TestCase(ExecutionProvider.TensorRt, "", ExecutionProvider.TensorRt, 0)]
    [TestCase(ExecutionProvider.TensorRt, "tensorrt", ExecutionProvider.Cuda, 1)]
    [TestCase(ExecutionProvider.TensorRt, "tensorrt cuda", ExecutionProvider.Cpu, 2)]
    [TestCase(ExecutionProvider.Cpu, "cuda cpu", ExecutionProvider.Cpu, 0)]
    public void The_first_of_the_chain_that_works_is_used_and_each_other_has_a_reason(
        ExecutionProvider requested, string broken, ExecutionProvider used, int reasons)
    {
        ProviderDecision decision = new ProviderSelector(new FakeProbe(broken)).Select(requested);
        Assert.That(decision.Requested, Is.EqualTo(requested));
        Assert.That(decision.Used, Is.EqualTo(used));
        Assert.That(decision.Reasons, Has.Count.EqualTo(reasons));
        Assert.That(decision.Reasons, Has.All.Contains("is not used: it is broken."));
        Assert.That(decision.IsFallback, Is.EqualTo(reasons > 0 && requested != ExecutionProvider.Auto));
    }

    [TestCase("AUTO", ExecutionProvider.Auto)]
    [TestCase(null, ExecutionProvider.Auto)]
    [TestCase(" cuda ", ExecutionProvider.Cuda)]
    [TestCase("TensorRT", ExecutionProvider.TensorRt)]
    public void Names_are_read_whatever_their_case(string? name, ExecutionProvider expected) =>
        Assert.That(ExecutionProviders.Parse(name), Is.EqualTo(expected));

    [Test]
    public void An_unknown_name_is_refused_with_those_that_are_known() =>
        Assert.That(
            () => ExecutionProviders.Parse("abacus"),
            Throws.InstanceOf<FormatException>().With.Message.Contains("auto, cpu, cuda, tensorrt"));

    [Test]
    public void The_runtime_loads_and_knows_the_cpu()
    {
        Assert.That(OrtEnv.Instance().GetAvailableProviders(), Does.Contain("CPUExecutionProvider"));
        Assert.That(new OnnxProviderProbe().WhyNot(ExecutionProvider.Cpu), Is.Null);
    }

    [Test]
    public void The_native_library_is_of_the_version_that_the_binding_was_written_for() =>
        Assert.That(OrtEnv.Instance().GetVersionString(), Is.EqualTo(typeof(OrtEnv).Assembly.GetName().Version!.ToString(3)));

    [Test]
    public async Task On_this_machine_a_request_for_a_gpu_runs_somewhere_and_says_why()
    {
        using var models = new TinyModels();
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        using ITemporalNetwork network = await hosts.OpenAsync(
            ModelPackageLoader.Load(models.TwoGraphs()), 8, 8, ExecutionProvider.TensorRt, CancellationToken.None);
        TestContext.Out.WriteLine(network.Provider);
        Assert.That(network.Provider.Requested, Is.EqualTo(ExecutionProvider.TensorRt));
        Assert.That(network.Provider.Used == ExecutionProvider.TensorRt || network.Provider.Reasons.Count > 0);
        Assert.That(await Windows.TemporalNetworkTests.FeedAsync(network, [0, 1, 2], 2), Is.EqualTo("0:-01 1:012 2:12-"));
    }

    private sealed class FakeProbe(string broken) : IProviderProbe
    {
        public string? WhyNot(ExecutionProvider provider) => broken.Split(' ').Contains(provider.Name()) ? "it is broken." : null;
    }
}
