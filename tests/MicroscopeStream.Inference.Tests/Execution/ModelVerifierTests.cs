using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Packages;
using MicroscopeStream.Inference.Tests.Tools;

namespace MicroscopeStream.Inference.Tests.Execution;

public class ModelVerifierTests
{
    [Test]
    public async Task A_sound_model_passes_and_one_that_divides_by_zero_does_not()
    {
        using var models = new TinyModels();
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        ModelPackage sound = ModelPackageLoader.Load(models.TwoGraphs());
        ModelVerification verification = await ModelVerifier.VerifyAsync(sound, hosts, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That((verification.Height, verification.Width, verification.Frames), Is.EqualTo((63, 64, 6)));
        Assert.That(verification.MillisecondsPerFrame, Is.GreaterThan(0));

        byte[] bytes = new OnnxModelBuilder().Input("window", 1, 1, -1, -1).Output("maps", 1, 1, -1, -1)
            .Weight("zero", [1], [0]).Node("Div", ["window", "zero"], "maps").Build();
        string folder = models.OneGraph(frames: 1, target: 0, change: manifest => ModelPackageLoaderTests.Replace(manifest, bytes));
        await File.WriteAllBytesAsync(Path.Combine(folder, "net.onnx"), bytes);
        Assert.That(
            async () => await ModelVerifier.VerifyAsync(
                ModelPackageLoader.Load(folder), hosts, ExecutionProvider.Cpu, CancellationToken.None),
            Throws.InstanceOf<ModelPackageException>().With.Message.Contains("output.channels[0]").And.Message.Contains("'f0'"));
    }
}
