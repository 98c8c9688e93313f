using System.Runtime.InteropServices;
using Grpc.Core;
using MicroscopeStream.Client.Tests.Support;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Client.Tests;

public sealed class ReconnectTests
{
    [Test]
    public async Task What_was_not_acknowledged_is_sent_again_in_order_and_what_was_is_not()
    {
        var seen = new List<ulong>();
        var pixels = new List<byte[]>();
        int connections = 0;
        Script script = null!;
        script = new Script
        {
            Stream = async (up, down, context) =>
            {
                if (Interlocked.Increment(ref connections) == 1)
                {
                    await Script.BeginAsync(up, down, 0, 100);
                    for (int i = 0; i < 5; i++)
                    {
                        await up.MoveNext(CancellationToken.None);
                    }

                    // Five came, three are acknowledged, and the machine is gone.
                    await Script.AcknowledgeAsync(down, 2, 100);
                    script.NextSequence = 3;
                    context.GetHttpContext().Abort();
                    return;
                }

                await Script.BeginAsync(up, down, 3, 100);
                while (await up.MoveNext(CancellationToken.None) && up.Current.Frame is { } frame)
                {
                    seen.Add(frame.Sequence);
                    pixels.Add(frame.Pixels.ToByteArray());
                }

                await Script.SummaryAsync(down, 8);
            },
        };
        await using ScriptedService service = await ScriptedService.StartAsync(script);
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);

        for (int i = 0; i < 8; i++)
        {
            await session.SendAsync(Requests.Pixels(i)).WaitAsync(Requests.Patience);
        }

        SessionSummary summary = await session.CompleteAsync().WaitAsync(Requests.Patience);

        Assert.That(summary.Frames.Received, Is.EqualTo(8));
        Assert.That(seen, Is.EqualTo(new ulong[] { 3, 4, 5, 6, 7 }));
        Assert.That(pixels, Is.EqualTo(Enumerable.Range(3, 5).Select(Requests.Pixels)));
        Assert.That((session.Reconnects, script.Resumes), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Without_a_resend_buffer_a_broken_connection_is_the_end()
    {
        int connections = 0;
        await using ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, context) =>
            {
                connections++;
                await Script.BeginAsync(up, down, 0, 100);
                await up.MoveNext(CancellationToken.None);
                context.GetHttpContext().Abort();
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small with { ReconnectFor = TimeSpan.Zero });
        await session.SendAsync(Requests.Pixels(0));

        Assert.That(async () => await session.CompleteAsync().WaitAsync(Requests.Patience), Throws.InstanceOf<MicroscopeStreamException>());
        Assert.That((connections, session.Reconnects), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_service_that_stays_away_is_given_up_on_after_the_stated_time()
    {
        ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, context) =>
            {
                await Script.BeginAsync(up, down, 0, 100);
                await up.MoveNext(context.CancellationToken);
                await up.MoveNext(context.CancellationToken);
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small with { ReconnectFor = TimeSpan.FromMilliseconds(300) });
        await session.SendAsync(Requests.Pixels(0));
        await service.DisposeAsync();

        MicroscopeStreamException lost = (await Assert.ThrowsAsync<MicroscopeStreamException>(() => session.CompleteAsync().WaitAsync(Requests.Patience)))!;

        Assert.That(lost.IsUnreachable, Is.True);
    }

    /// <summary>The real service, and a cable that is pulled again and again in the middle of a frame.</summary>
    [Test]
    public async Task A_cable_pulled_three_times_loses_no_frame_and_says_which_results_it_took()
    {
        const int frames = 120;
        await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(new MicroscopeStreamServerOptions
        {
            GrpcUrl = "http://127.0.0.1:0",
            HttpUrl = null,
        });
        (SessionSummary undisturbed, List<Localization> expected, _, List<NoticeUpdate> none) = await StreamAsync(
            server.GrpcAddress.ToString(), frames, null);
        await using var proxy = new CuttingProxy(server.GrpcAddress);

        (SessionSummary summary, List<Localization> localizations, int reconnects, List<NoticeUpdate> lost) = await StreamAsync(
            proxy.Address, frames, proxy);

        Assert.That(proxy.Cuts, Is.EqualTo(3));
        Assert.That(reconnects, Is.GreaterThanOrEqualTo(3));
        Assert.That(
            (summary.Frames.Received, summary.Frames.Processed, summary.Frames.Dropped, summary.Frames.Gaps, summary.Localizations),
            Is.EqualTo((undisturbed.Frames.Received, (ulong)frames, 0UL, 0UL, undisturbed.Localizations)));
        Assert.That(expected, Has.Count.EqualTo((int)undisturbed.Localizations));
        Assert.That(none, Is.Empty);
        Assert.That(
            localizations,
            Is.EqualTo(expected.Where(row => !lost.Any(hole => row.Frame >= hole.FirstFrame && row.Frame <= hole.LastFrame))),
            "each once, in the order of the frames, and only those missing that were said to be");
        Assert.That(lost, Has.Count.LessThanOrEqualTo(3));
    }

    private static async Task<(SessionSummary Summary, List<Localization> Localizations, int Reconnects, List<NoticeUpdate> Lost)> StreamAsync(string address, int frames, CuttingProxy? proxy)
    {
        var microscope = new SmlmMicroscope(new SmlmScene { Width = 64, Height = 64, DensityPerUm2 = 0.2, Seed = 5 });
        await using MicroscopeClient client = MicroscopeClient.Connect(address);
        await using AcquisitionSession session = await client.OpenAsync(new AcquisitionRequest
        {
            Width = 64,
            Height = 64,
            PixelType = Core.Frames.PixelType.UInt16,
            PixelSizeNm = 100,
            Method = "phasor",
            Camera = microscope.Camera,
            PreviewRate = -1,
        });
        var localizations = new List<Localization>();
        var lost = new List<NoticeUpdate>();
        session.NoticeReceived += notice => lost.AddRange(notice.Notice.Code == AcquisitionSession.ResultsLost ? [notice] : []);
        session.LocalizationsReceived += update => localizations.AddRange(update.Localizations);
        var pixels = new ushort[64 * 64];
        for (int frame = 0; frame < frames; frame++)
        {
            if (proxy is not null && frame is 20 or 60 or 100)
            {
                proxy!.CutAfter(10_000);
            }

            microscope.Expose(frame, pixels);
            await session.SendAsync(MemoryMarshal.AsBytes<ushort>(pixels).ToArray()).WaitAsync(Requests.Patience);
        }

        return (await session.CompleteAsync().WaitAsync(Requests.Patience), localizations, session.Reconnects, lost);
    }
}
