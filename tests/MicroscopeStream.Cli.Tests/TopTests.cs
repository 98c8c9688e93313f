using MicroscopeStream.Cli.Display;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Contract.V1;
using Spectre.Console;

namespace MicroscopeStream.Cli.Tests;

public sealed class TopTests
{
    private static readonly SessionInfo Session = new()
    {
        SessionId = "0123456789abcdef",
        Name = "cells [2]",
        Method = "decode-2d-small",
        MethodVersion = "1.0.0",
        Streaming = true,
        FrameRate = 100,
        Progress = new Contract.V1.Progress
        {
            Frames = new FrameCounts
            {
                Received = 1000,
                Dropped = 12,
                Missing = 3,
                DroppedByCause = { new DropCount { Cause = DropCause.Stale, Count = 12 } },
            },
            ReceivedPerS = 100.25,
            ProcessedPerS = 98.5,
            Queued = 4,
            Localizations = 123456,
            Provider = "cpu",
            Latency = { new LatencyPercentiles { Stage = "reconstruct", P99Ms = 7 }, new LatencyPercentiles { Stage = "total", P50Ms = 12.34, P99Ms = 45.6 } },
        },
        Trust = new Trust { Level = TrustLevel.Caution, Reasons = { "Photons rest on a guess." } },
    };

    [Test]
    public void A_session_is_told_with_everything_that_may_be_wrong_with_it()
    {
        string text = SessionText.Describe([Session]);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.StartWith(
                "cells [2]: decode-2d-small 1.0.0 on cpu, 98.5 of 100.2 frames/s (100 due), 4 queued, dropped 12 (stale 12); 3 never arrived, p50 12.3 ms, p99 45.6 ms, 123456 localizations, trust caution"));
            Assert.That(text, Does.Contain("Photons rest on a guess."));
            Assert.That(text, Does.Match(@"reconstruct +p50 +0\.00 ms +p99 +7\.00 ms"));
        });
    }

    [TestCase("sim", "modulation contrast 4.9, resolution 123 nm (widefield 224), 7 % not explained, frames rearranged, trust")]
    [TestCase("video", "shows 12.40–12.50 s, refined to 11.90–12.00 s (changed by 12 %), 123456 localizations, trust")]
    [TestCase("image", "988 frames shown, trust")]
    public void What_comes_out_is_told_by_task(string task, string said)
    {
        SessionInfo session = Session.Clone();
        session.Task = task;
        session.Progress.Frames.Processed = 988;
        session.Sim = new SimReading { ModulationContrast = 4.86, ResultResolutionNm = 123.4, WidefieldResolutionNm = 224, UnexplainedShare = 0.07, Order = SimOrder.Rearranged };
        session.Video = new VideoSlice { FirstFrame = 1240, LastFrame = 1249, Revision = VideoRevision.Provisional };
        session.Refined = new VideoSlice { FirstFrame = 1190, LastFrame = 1199, Revision = VideoRevision.Refined, Change = 0.119 };
        Assert.That(SessionText.Describe([session]), Does.Contain(said));
        session.Sim = null;
        session.Video = session.Refined = null;
        Assert.That(SessionText.Describe([session]), Does.Contain("nothing measured yet").Or.Contain("no picture yet").Or.Contain("988 frames"));
    }

    [Test]
    public void The_table_says_the_same()
    {
        using var drawn = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(drawn) });
        console.Profile.Width = 240;
        console.Write(SessionTable.Draw("http://here:1", [Session]));
        Assert.That(drawn.ToString(), Does.Contain("cells [2]").And.Contain("stale 12").And.Contain("caution").And.Contain("Photons rest on a guess.").And.Contain("reconstruct 7.0"));
    }

    [Test]
    public async Task A_service_that_is_not_there_is_said()
    {
        Outcome top = await Mstream.RunAsync("top", "--server", "http://127.0.0.1:1", "--once");
        Assert.That(top.ExitCode, Is.EqualTo(ExitCodes.Service), top.Error);
    }
}
