using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Packages.Onnx;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Packages;

/// <summary>Seeded mutations of what a stranger may drop in: an error each time, and never a crash.</summary>
public class HostileBytesTests
{
    private TinyModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TinyModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [Test]
    public void Mutated_manifests_load_or_are_refused_with_reasons()
    {
        string folder = _models.TwoGraphs();
        string file = Path.Combine(folder, "model.json");
        byte[] good = File.ReadAllBytes(file);
        var random = new Random(20261122);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            File.WriteAllBytes(file, Mutate(good, random));
            if (!ModelPackageLoader.TryLoad(folder, out _, out IReadOnlyList<ModelPackageProblem> problems))
            {
                refused++;
                Assert.That(problems, Is.Not.Empty);
            }
        }

        Assert.That(refused, Is.GreaterThan(1000), "nearly every mutation breaks something");
    }

    [Test]
    public void A_mutated_graph_is_refused_by_its_sum_before_anything_parses_it()
    {
        string folder = _models.TwoGraphs();
        string file = Path.Combine(folder, "frame.onnx");
        byte[] good = File.ReadAllBytes(file);
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            byte[] bad = Mutate(good, random);
            File.WriteAllBytes(file, bad);
            bool loads = ModelPackageLoader.TryLoad(folder, out _, out IReadOnlyList<ModelPackageProblem> problems);
            Assert.That(loads, Is.EqualTo(bad.AsSpan().SequenceEqual(good)));
            Assert.That(loads || problems[0].Field == "provenance.sha256.frame.onnx");
        }
    }

    [Test]
    public void The_reader_of_graphs_survives_any_bytes()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(_models.TwoGraphs(), "context.onnx"));
        var random = new Random(11);
        int read = 0, refused = 0;
        for (int i = 0; i < 20000; i++)
        {
            try
            {
                OnnxGraphReader.Read(Mutate(good, random));
                read++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.That(read, Is.GreaterThan(100));
        Assert.That(refused, Is.GreaterThan(1000));
    }

    [Test]
    public async Task A_graph_that_looks_whole_and_is_not_is_refused_on_opening()
    {
        // Vouched for, well formed, and with an operator that does not exist.
        byte[] bytes = new OnnxModelBuilder().Input("window", 1, 1, -1, -1).Output("maps", 1, 1, -1, -1)
            .Node("Frobnicate", ["window"], "maps").Build();
        string folder = _models.OneGraph(frames: 1, target: 0, change: manifest => ModelPackageLoaderTests.Replace(manifest, bytes));
        await File.WriteAllBytesAsync(Path.Combine(folder, "net.onnx"), bytes);
        ModelPackage package = ModelPackageLoader.Load(folder);
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        ModelPackageException? refused = await Assert.ThrowsAsync<ModelPackageException>(
            () => hosts.OpenAsync(package, 8, 8, ExecutionProvider.Cpu, CancellationToken.None));
        Assert.That(refused!.Message, Does.Contain("net.onnx").And.Contain("Frobnicate"));

        // The service goes on: another model opens on the same hosts.
        using ITemporalNetwork other = await hosts.OpenAsync(
            ModelPackageLoader.Load(_models.OneGraph("whole")), 8, 8, ExecutionProvider.Cpu, CancellationToken.None);
        Assert.That(other.MillisecondsPerFrame, Is.GreaterThan(0));
    }

    [Test]
    public void A_file_that_was_replaced_after_it_was_checked_is_refused_on_opening()
    {
        string folder = _models.OneGraph();
        ModelPackage package = ModelPackageLoader.Load(folder);
        File.WriteAllBytes(Path.Combine(folder, "net.onnx"), [1, 2, 3]);
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        Assert.That(
            async () => await hosts.OpenAsync(package, 8, 8, ExecutionProvider.Cpu, CancellationToken.None),
            Throws.InstanceOf<ModelPackageException>().With.Message.Contains("changed since the package was checked"));
    }

    [Test]
    public void Maps_of_another_size_than_the_manifest_says_are_refused_on_opening()
    {
        string folder = _models.OneGraph(change: manifest => manifest["output"]!["upscale"] = 2);
        using var hosts = new ExecutionHosts(threads: new InferenceThreads(1));
        Assert.That(
            async () => await hosts.OpenAsync(ModelPackageLoader.Load(folder), 8, 8, ExecutionProvider.Cpu, CancellationToken.None),
            Throws.InstanceOf<ModelPackageException>().With.Message.Contains("[1, 3, 16, 16]").And.Message.Contains("[1, 3, 8, 8]"));
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        byte[] bytes = [.. good];
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                int from = random.Next(bytes.Length);
                return [.. bytes[..from], .. bytes[Math.Min(bytes.Length, from + random.Next(1, 30))..]];
            default:
                for (int i = random.Next(1, 6); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }
}
