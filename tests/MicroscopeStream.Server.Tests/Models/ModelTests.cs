using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Models;

/// <summary>Model folders as ModelService tells them: a package that works, and one that is broken.</summary>
public sealed class ModelTests
{
    private string _folder = null!;
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("mstream-models-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "broken"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "broken", "model.json"), "{ \"id\": 5 }");
        _service = await TestService.StartAsync(o => o with { ModelFolders = [ShippedModels(), _folder, Path.Combine(_folder, "not-there")] });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Networks_and_classical_methods_are_listed_and_broken_folders_with_their_reasons()
    {
        ListModelsResponse listed = await _service.Models.ListModelsAsync(new ListModelsRequest());

        // Shipped packages for tasks that the service has no method for stand there too, with that reason.
        BrokenModel broken = listed.Broken.Single(model => model.Folder == "broken");
        Assert.Multiple(() =>
        {
            Assert.That(listed.Models.Select(m => m.Id), Is.SupersetOf(new[] { "decode-2d-small", "mle", "phasor", "none", GatedMethod.Id }));
            Assert.That(broken.Problems, Is.Not.Empty);
            Assert.That(broken.Problems, Has.None.Contain(_folder), "a client has no use for the service's paths");
        });
    }

    [Test]
    public async Task A_list_can_be_for_one_task()
    {
        ListModelsResponse listed = await _service.Models.ListModelsAsync(new ListModelsRequest { Task = "image" });
        Assert.That(listed.Models.Select(m => m.Id), Is.EqualTo(new[] { "denoise-small", "none" }));
    }

    [Test]
    public async Task A_package_is_described_in_full()
    {
        DescribeModelResponse model = await _service.Models.DescribeModelAsync(new DescribeModelRequest { Id = "decode-2d-small" });
        Assert.Multiple(() =>
        {
            Assert.That(model.Info.Task, Is.EqualTo("localization"));
            Assert.That((model.WindowFrames, model.LookAheadFrames), Is.EqualTo((3U, 1U)));
            Assert.That(model.Domain.Select(d => d.Quantity), Does.Contain("pixel_size_nm"));
            Assert.That(model.Licence, Is.EqualTo("Apache-2.0"));
            Assert.That(model.PackageJson, Does.Contain("\"decode-2d-small\""));
        });
    }

    [TestCase("no-such-model", "Choose one")]
    [TestCase("broken", "cannot be used")]
    public async Task An_unknown_model_is_not_found_and_the_remedy_fits(string id, string remedy)
    {
        RpcException failure = await TestService.FailureOf(() => _service.Models.DescribeModelAsync(new DescribeModelRequest { Id = id }).ResponseAsync);
        ErrorDetail fault = Faults.Of(failure).Single();
        Assert.Multiple(() =>
        {
            Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.NotFound));
            Assert.That(fault.Expected, Does.Contain("decode-2d-small"));
            Assert.That(fault.Remedy, Does.Contain(remedy));
        });
    }

    [Test]
    public async Task The_shipped_network_localizes_frames_that_are_streamed_in()
    {
        using TestStream stream = await _service.OpenStreamAsync(r =>
        {
            r.Method.Id = "decode-2d-small";
            (r.Acquisition.Width, r.Acquisition.Height) = (64, 64);
        });
        for (ulong i = 0; i < 5; i++)
        {
            await stream.SendAsync(Spot(i));
        }

        SessionSummary summary = await stream.EndAsync();
        LocalizationBatch[] found = [.. stream.Updates.Where(u => u.Localizations is not null).Select(u => u.Localizations)];
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(5));
            Assert.That(summary.Method, Is.EqualTo("decode-2d-small"));
            Assert.That(found.SelectMany(b => b.XNm), Is.Not.Empty.And.All.EqualTo(2050.0).Within(40.0), "the spot is centred on column 20");
            Assert.That(found.SelectMany(b => b.YNm), Is.All.EqualTo(3050.0).Within(40.0), "and on row 30");
        });
    }

    // A Gaussian of 3000 photons, sigma 1.2 px, at the centre of pixel (20, 30), on 20 photons of background.
    private static Frame Spot(ulong sequence)
    {
        byte[] pixels = new byte[64 * 64 * 2];
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                double r2 = Math.Pow(x - 20, 2) + Math.Pow(y - 30, 2);
                double photons = 20 + (3000 / (2 * Math.PI * 1.44) * Math.Exp(-r2 / (2 * 1.44)));
                BitConverter.TryWriteBytes(pixels.AsSpan(2 * ((y * 64) + x)), (ushort)photons);
            }
        }

        return new Frame { Sequence = sequence, Pixels = Google.Protobuf.ByteString.CopyFrom(pixels) };
    }

    private static string ShippedModels()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string models = Path.Combine(at.FullName, "onnx-models");
            if (Directory.Exists(models))
            {
                return models;
            }
        }

        throw new DirectoryNotFoundException("No onnx-models above the tests.");
    }
}
