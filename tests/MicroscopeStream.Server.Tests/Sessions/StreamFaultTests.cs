using Google.Protobuf;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Sessions;

/// <summary>What a sender can do wrong in a stream: it is told, it is counted, and the session goes on.</summary>
public sealed class StreamFaultTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await TestService.StartAsync(o => o with { TakeOverPatience = TimeSpan.FromMilliseconds(50) });

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    private static IEnumerable<TestCaseData> WrongFrames()
    {
        yield return new TestCaseData(new Frame { Sequence = 1, Pixels = ByteString.CopyFrom(new byte[100]) }).SetArgDisplayNames("too few bytes");
        yield return new TestCaseData(new Frame { Sequence = 1, Pixels = ByteString.CopyFrom(new byte[1000]) }).SetArgDisplayNames("too many bytes");
        yield return new TestCaseData(new Frame { Sequence = 1 }).SetArgDisplayNames("no pixels");
        yield return new TestCaseData(new Frame { Sequence = 1, Width = 8, Height = 16, Pixels = ByteString.CopyFrom(new byte[256]) }).SetArgDisplayNames("sides swapped");
    }

    [TestCaseSource(nameof(WrongFrames))]
    public async Task A_frame_of_another_size_is_refused_and_named_and_the_session_goes_on(Frame wrong)
    {
        using TestStream stream = await _service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.SendAsync(wrong);
        await stream.SendAsync(2);
        SessionSummary summary = await stream.EndAsync();
        Notice notice = stream.Updates.Single(u => u.Notice?.Code == "frame-size").Notice;
        Assert.Multiple(() =>
        {
            Assert.That(stream.LocalizedFrames, Is.EqualTo(new ulong[] { 0, 2 }));
            Assert.That(Dropped(summary), Is.EqualTo(new[] { (DropCause.Invalid, 1UL) }));
            Assert.That(notice.Message, Does.Contain("Frame 1").And.Contain("16 × 8"));
        });
    }

    [Test]
    public async Task Repeated_and_backward_numbers_are_refused_and_counted()
    {
        using TestStream stream = await _service.OpenStreamAsync();
        foreach (ulong sequence in new ulong[] { 0, 1, 1, 0, 2 })
        {
            await stream.SendAsync(sequence);
        }

        SessionSummary summary = await stream.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(stream.LocalizedFrames, Is.EqualTo(new ulong[] { 0, 1, 2 }));
            Assert.That(Dropped(summary), Is.EqualTo(new[] { (DropCause.OutOfOrder, 2UL) }));
            Assert.That(stream.Updates.Select(u => u.Notice?.Code), Does.Contain("out-of-order"));
        });
    }

    [Test]
    public async Task A_jump_forward_is_a_gap_that_is_told_and_counted()
    {
        using TestStream stream = await _service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.SendAsync(10);
        SessionSummary summary = await stream.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(stream.Updates.Single(u => u.Gap is not null).Gap, Is.EqualTo(new Gap { First = 1, Count = 9 }));
            Assert.That((summary.Frames.Gaps, summary.Frames.Missing), Is.EqualTo((1UL, 9UL)));
        });
    }

    [Test]
    public async Task A_frame_on_which_the_method_fails_is_dropped_and_the_session_goes_on()
    {
        using TestStream stream = await _service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.SendAsync(1, 666);
        await stream.SendAsync(2);
        SessionSummary summary = await stream.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That(stream.LocalizedFrames, Is.EqualTo(new ulong[] { 0, 2 }));
            Assert.That(Dropped(summary), Is.EqualTo(new[] { (DropCause.Failed, 1UL) }));
        });
    }

    [Test]
    public async Task A_sequence_number_beyond_reason_ends_the_stream_and_names_the_field()
    {
        using TestStream stream = await _service.OpenStreamAsync();
        await stream.SendAsync(ulong.MaxValue);
        RpcException failure = await TestService.FailureOf(() => stream.Completion);
        Assert.That((failure.StatusCode, Faults.Of(failure).Single().Field), Is.EqualTo((StatusCode.InvalidArgument, "frame.sequence")));
    }

    [Test]
    public async Task A_stream_must_begin_with_start()
    {
        using AsyncDuplexStreamingCall<StreamRequest, StreamResponse> call = _service.Sessions.Stream();
        await call.RequestStream.WriteAsync(new StreamRequest { Frame = TestStream.FrameOf(0) });
        RpcException failure = await TestService.FailureOf(() => call.ResponseStream.MoveNext(default));
        Assert.That((failure.StatusCode, Faults.Of(failure).Single().Code), Is.EqualTo((StatusCode.InvalidArgument, "no-start")));
    }

    [Test]
    public async Task A_stream_without_any_message_is_refused()
    {
        using AsyncDuplexStreamingCall<StreamRequest, StreamResponse> call = _service.Sessions.Stream();
        await call.RequestStream.CompleteAsync();
        RpcException failure = await TestService.FailureOf(() => call.ResponseStream.MoveNext(default));
        Assert.That((failure.StatusCode, Faults.Of(failure).Single().Code), Is.EqualTo((StatusCode.InvalidArgument, "no-start")));
    }

    // On a busy machine the reset that follows a status may overtake it in HTTP/2, while the client still writes: then the client sees a
    // cancelled call. Seen once in a dozen whole runs; the session keeps what it has either way.
    [Retry(3)]
    [TestCase(true, "second-start")]
    [TestCase(false, "empty-message")]
    public async Task A_message_out_of_place_ends_the_stream_but_not_the_session(bool start, string code)
    {
        using TestStream stream = await _service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.Call.RequestStream.WriteAsync(start ? new StreamRequest { Start = new StreamStart() } : new StreamRequest());
        RpcException failure = await TestService.FailureOf(() => stream.Completion);
        ResumeResponse resumed = await _service.Sessions.ResumeAsync(new ResumeRequest { SessionId = stream.Opened.SessionId, ResumeToken = stream.Opened.ResumeToken });
        Assert.Multiple(() =>
        {
            Assert.That((failure.StatusCode, Faults.Of(failure).Single().Code), Is.EqualTo((StatusCode.InvalidArgument, code)));
            Assert.That(resumed.NextSequence, Is.EqualTo(1), "what was received is kept");
        });
    }

    [Test]
    public async Task An_unknown_session_is_not_found_and_a_wrong_token_is_denied()
    {
        OpenResponse opened = await _service.Sessions.OpenAsync(TestService.GoodRequest());
        RpcException unknown = await TestService.FailureOf(() => TestStream.StartAsync(_service.Sessions, new OpenResponse { SessionId = "nobody", ResumeToken = "x" }));
        RpcException denied = await TestService.FailureOf(() => TestStream.StartAsync(_service.Sessions, new OpenResponse { SessionId = opened.SessionId, ResumeToken = "guess" }));
        await _service.Sessions.CloseAsync(new CloseRequest { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken });
        Assert.Multiple(() =>
        {
            Assert.That((unknown.StatusCode, Faults.Of(unknown).Single().Code), Is.EqualTo((StatusCode.NotFound, "unknown-session")));
            Assert.That((denied.StatusCode, Faults.Of(denied).Single().Code), Is.EqualTo((StatusCode.PermissionDenied, "wrong-token")));
            Assert.That(denied.Status.Detail, Does.Not.Contain(opened.ResumeToken), "the secret is not told");
        });
    }

    [Test]
    public async Task A_second_stream_on_a_living_session_is_refused_and_the_first_goes_on()
    {
        using TestStream first = await _service.OpenStreamAsync();
        RpcException failure = await TestService.FailureOf(() => TestStream.StartAsync(_service.Sessions, first.Opened));
        await first.SendAsync(0);
        SessionSummary summary = await first.EndAsync();
        Assert.Multiple(() =>
        {
            Assert.That((failure.StatusCode, Faults.Of(failure).Single().Code), Is.EqualTo((StatusCode.FailedPrecondition, "already-streaming")));
            Assert.That(summary.Frames.Processed, Is.EqualTo(1));
        });
    }

    private static IEnumerable<(DropCause Cause, ulong Count)> Dropped(SessionSummary summary) => summary.Frames.DroppedByCause.Select(d => (d.Cause, d.Count));
}
