using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Pipeline.Tests.Methods;

/// <summary>Networks of structured illumination in sessions: which frame goes where, what is refused, what is said of the image.</summary>
public sealed class NetworkSimTests
{
    private const int Edge = 64;

    private readonly ExecutionHosts _hosts = new();
    private TestModels _models = null!;

    [SetUp]
    public void SetUp() => _models = new TestModels();

    [TearDown]
    public void TearDown() => _models.Dispose();

    [OneTimeTearDown]
    public void Close() => _hosts.Dispose();

    [TestCase("3x3", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8 })]
    [TestCase("phase=3,angle=3", new[] { 0, 3, 6, 1, 4, 7, 2, 5, 8 })]
    public async Task Frames_reach_the_network_angle_by_angle_whatever_order_they_come_in(string order, int[] angleMajor)
    {
        (ResultImage image, _) = await RunAsync(Load(9), order, Even(9));

        // Frame n holds n + 1 photons everywhere; the network adds its i-th frame i + 1 times.
        double expected = angleMajor.Select((n, i) => (n + 1.0) * (i + 1)).Sum();
        Assert.Multiple(() =>
        {
            Assert.That(image.Grid, Is.EqualTo(new PixelGrid(2 * Edge, 2 * Edge, 40)));
            Assert.That(image.Pixels.ToArray(), Is.All.EqualTo(expected).Within(1e-3));
        });
    }

    [TestCase("3x3", new[] { 0, 3, 6 })]
    [TestCase("3x5", new[] { 0, 5, 10 })]
    [TestCase("3x1", new[] { 0, 1, 2 })]
    public async Task A_network_of_one_phase_takes_the_first_of_each_angle(string order, int[] taken)
    {
        (ResultImage image, TrustReport trust) = await RunAsync(Load(3), order, Even(order == "3x5" ? 15 : order == "3x3" ? 9 : 3));
        Assert.That(image.Pixels.ToArray(), Is.All.EqualTo(taken.Select((n, i) => (n + 1.0) * (i + 1)).Sum()).Within(1e-3));
        Assert.That(trust.Level, Is.Not.EqualTo(TrustLevel.Good), "even frames hold no pattern; one phase alone cannot be checked");
    }

    [Test]
    public async Task Every_group_gives_an_image()
    {
        (ResultImage image, _) = await RunAsync(Load(9), "3x3", [.. Even(9), .. Even(9).Reverse()]);
        double expected = Enumerable.Range(0, 9).Sum(i => (9.0 - i) * (i + 1));
        Assert.That(image.Pixels.ToArray(), Is.All.EqualTo(expected).Within(1e-3));
    }

    [TestCase(9, "3x5", "3 angles × 5 phases", false)]
    [TestCase(9, "hex7", "hex7", false)]
    [TestCase(9, "3x1", "3 angles × 1 phases", false)]
    [TestCase(9, "3x3", "", true)]
    [TestCase(3, "3x5", "", true)]
    public void An_order_that_the_network_was_not_made_for_is_refused(int frames, string order, string said, bool fits)
    {
        IReadOnlyList<SpecificationProblem> problems = Factory(Load(frames)).Check(Specification("weighted" + frames, order));
        Assert.That(problems, fits ? Is.Empty : Has.Count.EqualTo(1));
        if (!fits)
        {
            Assert.That(problems[0].Field, Is.EqualTo("acquisition.frame_order"));
            Assert.That($"{problems[0]}", Does.Contain("weighted9").And.Contain(said));
        }
    }

    [Test]
    public void What_is_no_network_of_this_kind_is_refused_by_name()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Factory(_models.Load("smooth")), Throws.ArgumentException.With.Message.Contains("not for structured illumination"));
            Assert.That(() => Factory(Load(9, manifest => manifest["input"]!["frame_order"] = "time")), Throws.ArgumentException.With.Message.Contains("frame_order"));
            Assert.That(() => Factory(Load(9, manifest => manifest["output"]!["upscale"] = 1)), Throws.ArgumentException.With.Message.Contains("upscale"));
        });
    }

    [TestCase(0.0, "No pattern")]
    [TestCase(0.8, "does not explain")]
    public async Task An_image_that_the_frames_do_not_support_is_not_called_good(double modulation, string said)
    {
        // The network shows the widefield mean with uneven weights: stripes, no super-resolution.
        var microscope = new SimMicroscope(new SimScene { Width = Edge, Height = Edge, Order = "3x3", Modulation = modulation, Seed = 3, Photons = 2000 });
        ushort[][] frames = [.. Enumerable.Range(0, 9).Select(n =>
        {
            ushort[] adu = new ushort[Edge * Edge];
            microscope.Expose(n, adu);
            return adu;
        })];
        (_, TrustReport trust) = await RunAsync(Load(9), "3x3", frames, microscope.Scene.Camera);
        Assert.Multiple(() =>
        {
            Assert.That(trust.Level, Is.Not.EqualTo(TrustLevel.Good));
            Assert.That(trust.Reasons, Has.Some.Contain(said), string.Join(' ', trust.Reasons));
        });
    }

    private static SessionSpecification Specification(string model, string order, CameraModel? camera = null)
    {
        SessionSpecification usual = Bench.Specification(model);
        return usual with
        {
            Acquisition = usual.Acquisition with
            {
                Width = Edge,
                Height = Edge,
                PixelSizeNm = 80,
                FrameOrder = order,
                EmissionWavelengthNm = 525,
                NumericalAperture = 1.4,
                Camera = camera ?? new CameraModel { BaselineAdu = 100, ElectronsPerAdu = 1 },
            },
            ResultImages = true,
        };
    }

    private static ushort[][] Even(int count) => [.. Enumerable.Range(0, count).Select(n =>
    {
        ushort[] frame = new ushort[Edge * Edge];
        frame.AsSpan().Fill((ushort)(101 + n));
        return frame;
    })];

    private ModelPackage Load(int frames, Action<JsonObject>? change = null) => _models.Load($"weighted{frames}", manifest =>
    {
        manifest["task"] = "sim";
        manifest["input"]!["frames"] = frames;
        manifest["input"]!["target"] = frames - 1;
        manifest["input"]!["frame_order"] = frames == 3 ? "angle" : "angle,phase";
        manifest["graphs"]!["network"]!["inputs"]![0]!["is"] = "window";
        manifest["output"]!["upscale"] = 2;
        change?.Invoke(manifest);
    });

    private NetworkSimFactory Factory(ModelPackage model) => new(model, _hosts, TimeProvider.System);

    private async Task<(ResultImage Image, TrustReport Trust)> RunAsync(ModelPackage model, string order, ushort[][] frames, CameraModel? camera = null)
    {
        await using var bench = new Bench(methods: Factory(model));
        Session session = await bench.Manager.OpenAsync(Specification(model.Id, order, camera), CancellationToken.None);
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
        return (updates.Select(update => update.Body).OfType<ResultImage>().Single(image => image.Kind == PreviewKind.SuperResolved),
            updates.Select(update => update.Body).OfType<Pipeline.Publishing.Trust>().Last().Report);
    }
}
