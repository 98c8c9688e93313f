using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

/// <summary>Connections that break: the session stays for a while, keeps what it got, and is taken up again.</summary>
public sealed class BrokenConnectionTests
{
    [Test]
    public async Task A_client_whose_connection_is_cut_resumes_and_no_frame_is_lost()
    {
        await using TestService service = await TestService.StartAsync();
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest());
        ulong[] before;
        using (GrpcChannel doomed = service.NewChannel())
        {
            using TestStream first = await TestStream.StartAsync(new SessionService.SessionServiceClient(doomed), opened);
            for (ulong i = 0; i < 20; i++)
            {
                await first.SendAsync(i);
            }

            await first.UntilAsync(s => s.LocalizedFrames.Count() == 20);
            before = [.. first.LocalizedFrames];
        }

        ResumeResponse resumed = await service.Sessions.ResumeAsync(new ResumeRequest { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken });
        using TestStream second = await TestStream.StartAsync(service.Sessions, opened);
        for (ulong i = resumed.NextSequence; i < 40; i++)
        {
            await second.SendAsync(i);
        }

        SessionSummary summary = await second.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(resumed.NextSequence, Is.EqualTo(20));
            Assert.That(resumed.KeptForS, Is.EqualTo(120));
            Assert.That(resumed.Plan, Is.EqualTo(opened.Plan));
            Assert.That(before.Concat(second.LocalizedFrames), Is.EqualTo(Enumerable.Range(0, 40).Select(i => (ulong)i)));
            Assert.That(summary.Frames.Processed, Is.EqualTo(40));
            Assert.That((summary.Frames.Gaps, summary.Frames.Dropped), Is.EqualTo((0UL, 0UL)));
            Assert.That(summary.LeakedBuffers, Is.Zero);
        });
    }

    [Test]
    public async Task Frames_received_before_a_cancellation_are_worked_off_and_counted_at_close()
    {
        await using TestService service = await TestService.StartAsync();
        using TestStream stream = await service.OpenStreamAsync();
        for (ulong i = 0; i < 5; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.UntilAsync(s => s.LastAcknowledgement?.Received == 5);
        stream.Dispose();
        CloseResponse closed = await service.Sessions.CloseAsync(new CloseRequest { SessionId = stream.Opened.SessionId, ResumeToken = stream.Opened.ResumeToken });
        Assert.That((closed.Summary.Frames.Received, closed.Summary.Frames.Processed), Is.EqualTo((5UL, 5UL)));
    }

    [TestCase(1, TestName = "A client that vanishes in a message's prefix")]
    [TestCase(10, TestName = "A client that vanishes in a frame's header")]
    [TestCase(200, TestName = "A client that vanishes in a frame's pixels")]
    public async Task The_session_stays_and_what_was_received_is_kept(int bytesOfTheLastMessage)
    {
        await using TestService service = await TestService.StartAsync();
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest());
        byte[] third = new StreamRequest { Frame = TestStream.FrameOf(2) }.ToByteArray();
        byte[] framed = [0, 0, 0, (byte)(third.Length >> 8), (byte)third.Length, .. third];
        using (var raw = new RawStream(service.Server.GrpcAddress))
        {
            raw.SendMessage(new StreamRequest { Start = new StreamStart { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken } }.ToByteArray());
            raw.SendMessage(new StreamRequest { Frame = TestStream.FrameOf(0) }.ToByteArray());
            raw.SendMessage(new StreamRequest { Frame = TestStream.FrameOf(1) }.ToByteArray());
            raw.SendData(framed.AsSpan(0, bytesOfTheLastMessage));
            while ((await service.Sessions.ListSessionsAsync(new ListSessionsRequest())).Sessions.Single().Progress.Frames.Received < 2)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
            }
        }

        ResumeResponse resumed = await service.Sessions.ResumeAsync(new ResumeRequest { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken });
        using TestStream second = await TestStream.StartAsync(service.Sessions, opened);
        await second.SendAsync(2);
        SessionSummary summary = await second.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(resumed.NextSequence, Is.EqualTo(2), "half a frame is no frame");
            Assert.That((summary.Frames.Received, summary.Frames.Processed), Is.EqualTo((3UL, 3UL)));
            Assert.That(summary.LeakedBuffers, Is.Zero, "the slot of the half frame came back");
        });
    }

    [Test]
    public async Task A_deadline_ends_the_stream_and_not_the_session()
    {
        await using TestService service = await TestService.StartAsync();
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest());
        using AsyncDuplexStreamingCall<StreamRequest, StreamResponse> call = service.Sessions.Stream(deadline: DateTime.SpecifyKind(TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300), DateTimeKind.Utc));
        await call.RequestStream.WriteAsync(new StreamRequest { Start = new StreamStart { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken } });
        RpcException failure = await TestService.FailureOf(async () =>
        {
            await foreach (StreamResponse _ in call.ResponseStream.ReadAllAsync())
            {
            }
        });
        using TestStream again = await TestStream.StartAsync(service.Sessions, opened);
        SessionSummary summary = await again.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
            Assert.That(summary.Frames.Received, Is.Zero);
        });
    }

    [Test]
    public async Task A_session_without_a_client_ends_after_the_stated_time()
    {
        await using TestService service = await TestService.StartAsync(o => o with { KeepDisconnected = TimeSpan.FromMilliseconds(50) });
        OpenResponse opened = await service.Sessions.OpenAsync(TestService.GoodRequest());
        RpcException failure = await TestService.FailureOf(async () =>
        {
            while (true)
            {
                await service.Sessions.ResumeAsync(new ResumeRequest { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken });
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        });
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }
}
