using System.Text.RegularExpressions;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Server.Hosting;
using PixelType = MicroscopeStream.Core.Frames.PixelType;

namespace MicroscopeStream.Client.Tests;

/// <summary>docs/guides/write-a-client.md: what it shows compiles, because it stands here too, and the ten lines run.</summary>
public sealed partial class GuideTests
{
    [Test]
    public async Task The_ten_lines_are_a_whole_client()
    {
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(new MicroscopeStreamServerOptions
        {
            GrpcUrl = "http://127.0.0.1:0",
            HttpUrl = null,
        });
        using var output = new StringWriter();

        await TenLinesAsync(
            server.GrpcAddress.ToString(), [.. Enumerable.Range(0, 12).Select(_ => new ReadOnlyMemory<byte>(new byte[64 * 64 * 2]))], output);

        Assert.That(output.ToString(), Does.Contain("frame 11: 0 emitters").And.Contain("12 frames, 0 localizations"));
    }

    [Test]
    public void Every_snippet_of_the_guide_stands_in_this_file()
    {
        string root = RepositoryRoot();
        string code = Words(File.ReadAllText(Path.Combine(root, "tests/MicroscopeStream.Client.Tests/GuideTests.cs")));
        string guide = File.ReadAllText(Path.Combine(root, "docs/guides/write-a-client.md"));

        string[] snippets = [.. Snippet().Matches(guide).Select(match => match.Groups[1].Value)];

        Assert.That(snippets, Has.Length.GreaterThanOrEqualTo(6));
        foreach (string snippet in snippets)
        {
            Assert.That(code, Does.Contain(Words(snippet)), snippet);
        }
    }

    private static async Task TenLinesAsync(string address, IReadOnlyList<ReadOnlyMemory<byte>> frames, TextWriter Console)
    {
        await using var client = MicroscopeClient.Connect(address /* "http://127.0.0.1:5090" */);
        await using var session = await client.OpenAsync(new AcquisitionRequest
        {
            Width = 64,
            Height = 64,
            PixelType = PixelType.UInt16,
            PixelSizeNm = 100,
            Method = "phasor",
        });
        session.LocalizationsReceived += update => Console.WriteLine($"frame {update.LastFrame}: {update.Localizations.Count} emitters");
        foreach (ReadOnlyMemory<byte> pixels in frames)
            await session.SendAsync(pixels);
        var summary = await session.CompleteAsync();
        Console.WriteLine($"{summary.Frames.Processed} frames, {summary.Localizations} localizations");
    }

    // Compiled, not run: the tests of this project test what it uses.
    private static async Task ShownAsync(
        MicroscopeClient client, AcquisitionSession session, AcquisitionRequest request, SessionTicket ticket,
        (long FrameNumber, long TimestampNs, byte[] Pixels) camera)
    {
        await session.SendAsync(new FrameHeader { Sequence = camera.FrameNumber, CameraTimestampNs = camera.TimestampNs, ExposureMs = 10 }, camera.Pixels);

        await foreach (SessionUpdate update in session.ReadUpdatesAsync())
        {
            if (update is PreviewUpdate preview)
                Show(preview.Image.ToValues(), preview.Image.Width, preview.Image.Height);
        }

        try
        {
            await client.OpenAsync(request);
        }
        catch (MicroscopeStreamException e)
        {
            foreach (Fault fault in e.Faults)
                Console.Error.WriteLine($"{fault.Field} is {fault.Actual}; expected {fault.Expected}. {fault.Remedy}");
        }

        await using var again = await client.ResumeAsync(ticket);                   // session.Ticket of the one before
        await again.SendAsync(FrameNumber(again.NextSequence));

        await foreach (SessionUpdate update in client.WatchAsync(sessionId: "", localizations: true))
            Console.WriteLine(update);

        static void Show(float[] values, int width, int height) => Assert.That(values, Has.Length.EqualTo(width * height));
        static byte[] FrameNumber(long sequence) => [(byte)sequence];
    }

    // Line breaks, indentation and trailing commas are the guide's own; so is the address, which a test cannot promise.
    private static string Words(string text) => Whitespace()
        .Replace(
            text.Replace("Connect(address /* \"http://127.0.0.1:5090\" */)", "Connect(\"http://127.0.0.1:5090\")", StringComparison.Ordinal)
                .Replace("SessionSummary summary", "var summary", StringComparison.Ordinal),
            string.Empty);

    private static string RepositoryRoot()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MicroscopeStream.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new AssertionException("The tests do not run inside a clone.");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
