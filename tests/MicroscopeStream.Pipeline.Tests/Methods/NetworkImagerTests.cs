using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Methods;

/// <summary>Networks that make images, in sessions: pixels, grids, windows, tiles, trust.</summary>
public sealed class NetworkImagerTests
{
    private const int Height = 70, Width = 90;

    private readonly ExecutionHosts _hosts = new();
    private TestModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TestModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [OneTimeTearDown]
    public void Close() => _hosts.Dispose();

    [Test]
    public async Task The_image_is_the_networks_on_the_photons_of_the_frame()
    {
        ushort[] frame = Noise(1);
        (ResultImage image, TrustReport trust) = await RunAsync(_models.Load("smooth"), _hosts, frame);

        // The network is a 3 × 3 binomial filter; photons are (ADU − 100) × 0.5.
        int y = 31, x = 44;
        double expected = 0;
        for (int dy = -1; dy <= 1; dy++)
        {
            for (int dx = -1; dx <= 1; dx++)
            {
                expected += (2 - Math.Abs(dy)) * (2 - Math.Abs(dx)) / 16.0 * 0.5 * (frame[((y + dy) * Width) + x + dx] - 100);
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(image.Grid, Is.EqualTo(new PixelGrid(Width, Height, 100)));
            Assert.That(image.Pixels.Span[(y * Width) + x], Is.EqualTo(expected).Within(1e-3));
            Assert.That(trust.Level, Is.EqualTo(TrustLevel.Good), string.Join(' ', trust.Reasons));
        });
    }

    [Test]
    public async Task A_finer_image_covers_the_same_field()
    {
        (ResultImage image, _) = await RunAsync(_models.Load("finer2", manifest => manifest["output"]!["upscale"] = 2), _hosts, Noise(1));
        Assert.That(image.Grid, Is.EqualTo(new PixelGrid(2 * Width, 2 * Height, 50)));
    }

    [Test]
    public async Task Tiles_leave_no_seams()
    {
        ushort[] frame = Noise(2);
        using var tiled = new ExecutionHosts(tiling: new TilingOptions { MaximumPixels = 48 * 48 });
        ModelPackage model = _models.Load("unet4");
        (ResultImage whole, _) = await RunAsync(model, _hosts, frame);
        (ResultImage inTiles, _) = await RunAsync(model, tiled, frame);

        float range = Max(whole.Pixels) - Min(whole.Pixels);
        float difference = whole.Pixels.ToArray().Zip(inTiles.Pixels.ToArray(), (a, b) => MathF.Abs(a - b)).Max();
        Assert.Multiple(() =>
        {
            Assert.That(range, Is.GreaterThan(1));
            Assert.That(difference / range, Is.LessThan(1e-5));
        });
    }

    [Test]
    public async Task A_window_of_three_gives_each_frame_its_neighbours()
    {
        ModelPackage model = _models.Load("three-frames", manifest =>
        {
            manifest["input"]!["frames"] = 3;
            manifest["input"]!["target"] = 1;
            manifest["graphs"]!["network"]!["inputs"]![0]!["is"] = "window";
        });
        ushort[] a = Noise(1), b = Noise(2), c = Noise(3);

        // The last frame's image has its neighbour before and none after: another first neighbour changes it, another still before does not.
        (ResultImage one, _) = await RunAsync(model, _hosts, a, b, c);
        (ResultImage other, _) = await RunAsync(model, _hosts, c, b, c);
        (ResultImage changed, _) = await RunAsync(model, _hosts, a, a, c);
        Assert.Multiple(() =>
        {
            Assert.That(other.Pixels.ToArray(), Is.EqualTo(one.Pixels.ToArray()));
            Assert.That(changed.Pixels.ToArray(), Is.Not.EqualTo(one.Pixels.ToArray()));
        });
    }

    [Test]
    public async Task Numbers_that_are_not_finite_are_never_shown_as_trustworthy()
    {
        (ResultImage image, TrustReport trust) = await RunAsync(_models.Load("not-finite"), _hosts, Noise(1));
        Assert.Multiple(() =>
        {
            Assert.That(image.Pixels.ToArray(), Is.All.Zero);
            Assert.That(trust.Level, Is.EqualTo(TrustLevel.Untrusted));
            Assert.That(trust.Reasons, Has.Some.Contain("not finite"));
        });
    }

    [TestCase(100_000, 200_000, "outside 100000–200000")]
    [TestCase(0.001, 1, "outside 0–1,")]
    public async Task Light_outside_the_training_is_said_once(double from, double to, string said)
    {
        ModelPackage model = _models.Load("smooth", manifest => manifest["domain"]!["photons"] = new JsonArray(from, to));
        (_, TrustReport trust) = await RunAsync(model, _hosts, Noise(1), Noise(2), Noise(3));
        Assert.Multiple(() =>
        {
            Assert.That(trust.Level, Is.EqualTo(TrustLevel.Caution));
            Assert.That(trust.Reasons, Has.Count.EqualTo(1).And.All.Contain(said));
        });
    }

    [Test]
    public void What_the_method_cannot_do_is_refused_by_name()
    {
        SessionSpecification specification = Specification("smooth");
        var factory = new NetworkImagerFactory(_models.Load("smooth"), _hosts);
        specification = specification with { Method = specification.Method with { Parameters = new Dictionary<string, double> { ["sharpness"] = 1 } } };
        ModelPackage angles = _models.Load("smooth", manifest => manifest["input"]!["frame_order"] = "angle");
        Assert.Multiple(() =>
        {
            Assert.That(factory.Check(specification).Select(problem => problem.Field), Is.EqualTo(new[] { "method.parameters.sharpness" }));
            Assert.That(() => new NetworkImagerFactory(angles, _hosts), Throws.ArgumentException.With.Message.Contains("frame_order"));
            Assert.That(NetworkFactories.Of(_models.Load("smooth", manifest => manifest["task"] = "classification"), _hosts, new MethodRegistry(), TimeProvider.System), Is.Null);
        });
    }

    private static SessionSpecification Specification(string model)
    {
        SessionSpecification usual = Bench.Specification(model);
        return usual with
        {
            Acquisition = usual.Acquisition with { Width = Width, Height = Height, Camera = new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 0.5 } },
            ResultImages = true,
        };
    }

    private static ushort[] Noise(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Height * Width).Select(_ => (ushort)random.Next(110, 300))];
    }

    private static float Max(ReadOnlyMemory<float> values) => values.ToArray().Max();

    private static float Min(ReadOnlyMemory<float> values) => values.ToArray().Min();

    private static async Task<(ResultImage Image, TrustReport Trust)> RunAsync(ModelPackage model, ExecutionHosts hosts, params ushort[][] frames)
    {
        await using var bench = new Bench(methods: new NetworkImagerFactory(model, hosts));
        Session session = await bench.Manager.OpenAsync(Specification(model.Id), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < frames.Length; i++)
        {
            await session.WaitForBufferAsync(CancellationToken.None);
            Assert.That(session.Pool.TryRent(out FrameLease lease), Is.True);
            lease.Frame.LengthBytes = session.Specification.Acquisition.FrameBytes;
            frames[i].CopyTo(MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes));
            lease.Frame.Header = new FrameHeader { Sequence = i };
            session.Offer(lease);
        }

        await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await reading;
        return (updates.Select(update => update.Body).OfType<ResultImage>().Single(), updates.Select(update => update.Body).OfType<Pipeline.Publishing.Trust>().Last().Report);
    }
}
