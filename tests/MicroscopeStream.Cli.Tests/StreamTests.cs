using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tests;

/// <summary>A file through an embedded service and back, over real gRPC.</summary>
public sealed class StreamTests
{
    [Test]
    public async Task At_a_rate_everything_comes_back_and_is_written()
    {
        using var folder = new TemporaryFolder();
        string output = folder.File("out");

        Outcome streamed = await Mstream.RunAsync(
            "stream", await Simulated.FramesAsync(), "--task", "localization", "--method", "decode-2d-small", "--camera", await Simulated.CameraAsync(),
            "--fps", "30", "--policy", "lossless", "--out", output, "--superres-pixel", "20", "--json");

        Assert.That(streamed.ExitCode, Is.Zero, streamed.Error);
        JsonElement report = streamed.Json;
        JsonElement frames = report.GetProperty("frames");
        foreach (string count in (string[])["sent", "received", "processed"])
        {
            Assert.That(frames.GetProperty(count).GetInt64(), Is.EqualTo(Simulated.Frames), count);
        }

        Assert.That((frames.GetProperty("dropped").GetInt64(), frames.GetProperty("gaps").GetInt64()), Is.EqualTo((0L, 0L)));
        Assert.That(frames.GetProperty("dropped_by_cause").EnumerateObject(), Is.Empty);
        AssertPercentiles(report.GetProperty("latency_ms").GetProperty("total"));
        AssertPercentiles(report.GetProperty("latency_ms").GetProperty("window_wait"));
        Assert.That(
            report.GetProperty("latency_ms").GetProperty("stages").EnumerateObject().Select(s => s.Name),
            Is.SupersetOf(new[] { "ingest", "calibrate", "assemble", "reconstruct", "publish" }));
        Assert.That(
            report.GetProperty("latency_ms").GetProperty("total").GetProperty("p50").GetDouble(), Is.GreaterThanOrEqualTo(1000.0 / 30),
            "a window of three frames waits for the next one");
        Assert.That(report.GetProperty("throughput").GetProperty("frames_per_s").GetDouble(), Is.GreaterThan(0).And.LessThan(33), "never faster than frames are due");
        Assert.That(report.GetProperty("model").GetString(), Is.EqualTo("decode-2d-small"));
        Assert.That(report.GetProperty("provider").GetString(), Is.Not.Empty);
        Assert.That(report.GetProperty("warnings").GetArrayLength(), Is.Zero);

        LocalizationTable table = LocalizationReader.Read(Path.Combine(output, "localizations.csv")).Table;
        Assert.That(table.Count, Is.EqualTo(report.GetProperty("localizations").GetInt32()).And.GreaterThan(50));
        using TiffReader image = TiffReader.Open(Path.Combine(output, "superres.tif"));
        Assert.That(
            (image.Width, image.Height, image.PixelType),
            Is.EqualTo((Simulated.Width * 5, Simulated.Height * 5, Core.Frames.PixelType.Float32)));
        Assert.That(image.PixelSizeNm, Is.EqualTo(20).Within(0.01));
        foreach (string picture in (string[])["superres.png", "widefield.png", "comparison.png"])
        {
            Assert.That(File.ReadAllBytes(Path.Combine(output, picture)).Take(8), Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }), picture);
        }

        Assert.That(
            JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "report.json"))).RootElement.GetRawText(),
            Is.EqualTo(report.GetRawText()));
        Assert.That(streamed.Error, Does.Contain("frames/s"), "progress goes to standard error");
    }

    [Test]
    public async Task As_fast_as_possible_gives_the_same_localizations_as_at_a_rate()
    {
        using var folder = new TemporaryFolder();

        Outcome fast = await StreamAsync("--method", "phasor", "--fps", "max", "--out", folder.File("fast"));
        Outcome paced = await StreamAsync("--method", "phasor", "--fps", "200", "--out", folder.File("paced"));

        Assert.That((fast.ExitCode, paced.ExitCode), Is.EqualTo((0, 0)), fast.Error + paced.Error);
        Assert.That(
            File.ReadAllText(Path.Combine(folder.File("fast"), "localizations.csv")),
            Is.EqualTo(File.ReadAllText(Path.Combine(folder.File("paced"), "localizations.csv"))));
        Assert.That(fast.Error, Does.Match(@"plan: phasor on cpu, \d+\.\d ms per frame at warm-up, so up to \d+ frames/s"));
        Assert.That(fast.Out, Does.Contain($"sent {Simulated.Frames}, received {Simulated.Frames}"));
    }

    [Test]
    public async Task A_running_service_is_used_when_named_and_missed_when_not_there()
    {
        await using Server.Hosting.MicroscopeStreamServer server = await Server.Hosting.MicroscopeStreamServer.StartAsync(
            new Server.Hosting.MicroscopeStreamServerOptions { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null });

        Outcome there = await StreamAsync("--method", "phasor", "--server", server.GrpcAddress.ToString(), "--json");
        Outcome absent = await StreamAsync("--method", "phasor", "--server", "http://127.0.0.1:9");
        Outcome nonsense = await StreamAsync("--method", "phasor", "--server", "somewhere");

        Assert.That(there.ExitCode, Is.Zero, there.Error);
        Assert.That(there.Json.GetProperty("specification").GetProperty("server").GetString(), Is.EqualTo(server.GrpcAddress.ToString()));
        Assert.That((absent.ExitCode, nonsense.ExitCode), Is.EqualTo((ExitCodes.Service, ExitCodes.Usage)));
        Assert.That(absent.Error, Does.Contain("http://127.0.0.1:9").And.Contain("mstream serve"));
    }

    [Test]
    public async Task A_method_that_is_not_known_is_code_4_with_those_that_are()
    {
        Outcome refused = await StreamAsync("--method", "nope");

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Service));
        Assert.That(refused.Error, Does.Contain("nope").And.Contain("phasor"));
    }

    [Test]
    public async Task Pixels_outside_the_models_domain_are_warned_of_in_the_report()
    {
        Outcome streamed = await StreamAsync("--method", "decode-2d-small", "--pixel-size", "400", "--json");

        Assert.That(streamed.ExitCode, Is.Zero, streamed.Error);
        Assert.That(streamed.Json.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()), Has.Some.Contains("400"));
    }

    [Test]
    public async Task An_interruption_writes_what_there_is_and_is_code_130()
    {
        using var folder = new TemporaryFolder();
        using var interruption = new CancellationTokenSource();
        Task<Outcome> running = Mstream.RunAsync(
            interruption.Token, "stream", await Simulated.FramesAsync(), "--method", "phasor", "--camera", await Simulated.CameraAsync(), "--fps", "5", "--out", folder.File("out"), "--json");
        string table = Path.Combine(folder.File("out"), "localizations.csv");
        while (!File.Exists(table) && !running.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        // The table is begun when the session is open, just before the first frame leaves.
        interruption.CancelAfter(TimeSpan.FromSeconds(2));
        Outcome stopped = await running;

        Assert.That(stopped.ExitCode, Is.EqualTo(ExitCodes.Interrupted), stopped.Error);
        JsonElement frames = stopped.Json.GetProperty("frames");
        Assert.That(frames.GetProperty("sent").GetInt32(), Is.InRange(1, Simulated.Frames - 1));
        Assert.That(
            frames.GetProperty("processed").GetInt32(), Is.EqualTo(frames.GetProperty("sent").GetInt32()), "what was sent is worked off");
        Assert.That(stopped.Json.GetProperty("interrupted").GetBoolean(), Is.True);
        Assert.That(File.Exists(Path.Combine(folder.File("out"), "superres.tif")), Is.True);
    }

    private static async Task<Outcome> StreamAsync(params string[] options) =>
        await Mstream.RunAsync(["stream", await Simulated.FramesAsync(), "--camera", await Simulated.CameraAsync(), .. options]);

    private static void AssertPercentiles(JsonElement percentiles)
    {
        double[] values = [.. ((string[])["p50", "p95", "p99", "max"]).Select(name => percentiles.GetProperty(name).GetDouble())];
        Assert.That(values, Is.Ordered);
        Assert.That(values[0], Is.GreaterThanOrEqualTo(0));
    }
}
