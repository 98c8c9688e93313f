using System.Runtime.InteropServices;
using MicroscopeStream.Client.Tests.Support;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Client.Tests;

/// <summary>What another client can do with a session: take it up, watch it, list it. On the real service.</summary>
public sealed class OtherClientTests
{
    private const int Edge = 32;

    private static readonly AcquisitionRequest Request = new()
    {
        Width = Edge,
        Height = Edge,
        PixelType = Core.Frames.PixelType.UInt16,
        PixelSizeNm = 100,
        Method = "phasor",
        Name = "dish 7",
        Camera = new SmlmScene().Camera,
    };

    private readonly SmlmMicroscope _microscope = new(new SmlmScene { Width = Edge, Height = Edge, DensityPerUm2 = 0.3, Seed = 9 });

    [Test]
    public async Task A_new_client_takes_up_where_a_killed_one_was()
    {
        await using MicroscopeStreamServer server = await StartAsync();
        MicroscopeClient killed = MicroscopeClient.Connect(server.GrpcAddress.ToString());
        AcquisitionSession first = await killed.OpenAsync(Request with { ReconnectFor = TimeSpan.Zero });
        for (int frame = 0; frame < 25; frame++)
        {
            await first.SendAsync(Frame(frame)).WaitAsync(Requests.Patience);
        }

        // As a process that is killed: nothing is completed, the connection is simply gone.
        await killed.DisposeAsync().AsTask().WaitAsync(Requests.Patience);

        await using MicroscopeClient client = MicroscopeClient.Connect(server.GrpcAddress.ToString());
        await using AcquisitionSession second = await client.ResumeAsync(first.Ticket).WaitAsync(Requests.Patience);
        Assert.That(second.NextSequence, Is.InRange(1, 25), "what the service had received by then");
        for (long frame = second.NextSequence; frame < 40; frame++)
        {
            await second.SendAsync(Frame((int)frame)).WaitAsync(Requests.Patience);
        }

        FrameCounts counts = (await second.CompleteAsync().WaitAsync(Requests.Patience)).Frames;
        Assert.That((counts.Received, counts.Processed, counts.Gaps), Is.EqualTo((40UL, 40UL, 0UL)));
        Assert.That(second.Plan.Method, Is.EqualTo("phasor"));
    }

    [Test]
    public async Task A_ticket_of_a_session_that_is_over_is_refused()
    {
        await using MicroscopeStreamServer server = await StartAsync();
        await using MicroscopeClient client = MicroscopeClient.Connect(server.GrpcAddress.ToString());
        await using AcquisitionSession session = await client.OpenAsync(Request);
        await session.CompleteAsync();

        Assert.That(async () => await client.ResumeAsync(session.Ticket with { ResumeToken = "guessed" }), Throws.InstanceOf<MicroscopeStreamException>());
        Assert.That(session.Ticket.ToString(), Does.Not.Contain(session.Ticket.ResumeToken), "a secret is not for logs");
    }

    [Test]
    public async Task A_watcher_gets_the_same_localizations_and_sees_the_end()
    {
        await using MicroscopeStreamServer server = await StartAsync();
        await using MicroscopeClient client = MicroscopeClient.Connect(server.GrpcAddress.ToString());
        await using AcquisitionSession session = await client.OpenAsync(Request);
        var own = new List<Core.Results.Localization>();
        session.LocalizationsReceived += update => own.AddRange(update.Localizations);
        var watched = new List<Core.Results.Localization>();
        var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<SessionUpdate?> watcher = WatchAsync();

        // The watcher is there once something reached it; until then frames are sent whose results it may miss.
        int sent = 0;
        while (!watching.Task.IsCompleted)
        {
            await session.SendAsync(Frame(sent++)).WaitAsync(Requests.Patience);
            await Task.WhenAny(watching.Task, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None));
        }

        for (int i = 0; i < 20; i++)
        {
            await session.SendAsync(Frame(sent++)).WaitAsync(Requests.Patience);
        }

        ListSessionsResponse listed = await client.ListSessionsAsync();
        SessionSummary summary = await session.CompleteAsync().WaitAsync(Requests.Patience);
        SessionUpdate? last = await watcher.WaitAsync(Requests.Patience);

        Assert.That(listed.Sessions.Single().Name, Is.EqualTo("dish 7"));
        Assert.That(last, Is.InstanceOf<SummaryUpdate>());
        Assert.That(((SummaryUpdate)last!).Summary.Frames.Processed, Is.EqualTo(summary.Frames.Processed).And.EqualTo((ulong)sent));
        Assert.That(watched, Is.Not.Empty);
        Assert.That(own.Skip(own.Count - watched.Count), Is.EqualTo(watched));

        async Task<SessionUpdate?> WatchAsync()
        {
            SessionUpdate? newest = null;
            await foreach (SessionUpdate update in client.WatchAsync(session.Ticket.SessionId, previewRate: -1))
            {
                newest = update;
                if (update is LocalizationsUpdate localizations)
                {
                    watched.AddRange(localizations.Localizations);
                    watching.TrySetResult();
                }
            }

            return newest;
        }
    }

    [Test]
    public async Task Models_are_listed_and_described_and_an_unknown_one_names_those_that_are()
    {
        await using MicroscopeStreamServer server = await StartAsync();
        await using MicroscopeClient client = MicroscopeClient.Connect(server.GrpcAddress.ToString());

        ListModelsResponse models = await client.ListModelsAsync("localization");
        DescribeModelResponse phasor = await client.DescribeModelAsync("phasor");
        MicroscopeStreamException unknown = (await Assert.ThrowsAsync<MicroscopeStreamException>(() => client.DescribeModelAsync("nope")))!;

        Assert.That(models.Models.Select(model => model.Id), Is.SupersetOf(new[] { "mle", "phasor" }));
        Assert.That(phasor.Info.Task, Is.EqualTo("localization"));
        Assert.That(unknown.Message, Does.Contain("nope").And.Contain("phasor"));
    }

    private static Task<MicroscopeStreamServer> StartAsync() =>
        MicroscopeStreamServer.StartAsync(new MicroscopeStreamServerOptions { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null });

    private byte[] Frame(int frame)
    {
        var pixels = new ushort[Edge * Edge];
        _microscope.Expose(frame, pixels);
        return MemoryMarshal.AsBytes<ushort>(pixels).ToArray();
    }
}
