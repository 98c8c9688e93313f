using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>How calls fail through the official engine: status, detail, trailers, deadline, cancellation.</summary>
[TestFixture(Transport.Tcp)]
[TestFixture(Transport.UnixSocket)]
public sealed class EchoFailureTests(Transport transport)
{
    // Longer than any call here takes; only a call that hangs meets it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private EchoHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await EchoHost.StartAsync(transport);

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Thrown_status_arrives_with_detail_and_trailers()
    {
        RpcException failure = await FailsAsync(_host.Client.UnaryAsync(new EchoMessage { Text = "fail" }));

        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(failure.Status.Detail, Is.EqualTo("laser interlock open — 開"));
        Assert.That(failure.Trailers.GetValue("Reason"), Is.EqualTo("interlock"));
        Assert.That(failure.Trailers.GetValueBytes("detail-bin"), Is.EqualTo(new byte[] { 0, 1, 254, 255 }));
    }

    [Test]
    public async Task Unexpected_exception_arrives_as_unknown_without_its_message()
    {
        RpcException failure = await FailsAsync(_host.Client.UnaryAsync(new EchoMessage { Text = "throw" }));

        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.Unknown));
        Assert.That(failure.ToString(), Does.Not.Contain("a secret of the server"));
    }

    [Test]
    public async Task Status_set_on_the_context_arrives()
    {
        RpcException failure = await FailsAsync(_host.Client.UnaryAsync(new EchoMessage { Text = "status" }));

        Assert.That(failure.Status.StatusCode, Is.EqualTo(StatusCode.DataLoss));
        Assert.That(failure.Status.Detail, Is.EqualTo("frames 3 to 5"));
    }

    [Test]
    public async Task Stream_delivers_what_was_written_before_it_failed()
    {
        using AsyncServerStreamingCall<EchoMessage> call = _host.Client.Repeat(new EchoMessage { Text = "fail", Repeat = 3 });
        int received = 0;
        RpcException? failure = null;
        try
        {
            await foreach (EchoMessage response in call.ResponseStream.ReadAllAsync())
            {
                received++;
            }
        }
        catch (RpcException exception)
        {
            failure = exception;
        }

        Assert.That(received, Is.EqualTo(3));
        Assert.That(failure!.StatusCode, Is.EqualTo(StatusCode.Aborted));
        Assert.That(failure.Trailers.GetValue("written"), Is.EqualTo("3"));
        Assert.That(call.GetStatus().Detail, Is.EqualTo("after the last"));
    }

    [Test]
    public async Task Deadline_ends_the_call_on_both_sides()
    {
        DateTime deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);

        RpcException failure = await FailsAsync(_host.Client.UnaryAsync(new EchoMessage { Text = "wait" }, deadline: deadline));

        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.DeadlineExceeded));
        await _host.Log.Cancelled.Task.WaitAsync(Patience, TimeProvider.System);
        Assert.That(_host.Log.Deadline, Is.EqualTo(deadline).Within(TimeSpan.FromSeconds(1)));
        Assert.That(_host.Log.Deadline.Kind, Is.EqualTo(DateTimeKind.Utc));
    }

    [Test]
    public async Task Cancelled_token_ends_the_call_on_both_sides()
    {
        using var source = new CancellationTokenSource();
        using AsyncServerStreamingCall<EchoMessage> call =
            _host.Client.Repeat(new EchoMessage { Text = "wait", Repeat = 1 }, cancellationToken: source.Token);
        Assert.That(await call.ResponseStream.MoveNext(), Is.True);

        await source.CancelAsync();

        RpcException? failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext());
        Assert.That(failure!.StatusCode, Is.EqualTo(StatusCode.Cancelled));
        await _host.Log.Cancelled.Task.WaitAsync(Patience, TimeProvider.System);
    }

    [Test]
    public async Task Disposed_call_is_cancelled_on_the_server()
    {
        AsyncServerStreamingCall<EchoMessage> call = _host.Client.Repeat(new EchoMessage { Text = "wait", Repeat = 1 });
        Assert.That(await call.ResponseStream.MoveNext(), Is.True);

        call.Dispose();

        await _host.Log.Cancelled.Task.WaitAsync(Patience, TimeProvider.System);
    }

    [Test]
    public void Status_of_a_running_call_is_refused()
    {
        using AsyncDuplexStreamingCall<EchoMessage, EchoMessage> call = _host.Client.Exchange();

        Assert.That(() => call.GetStatus(), Throws.InvalidOperationException);
        Assert.That(call.GetTrailers, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Method_that_the_service_lacks_is_unimplemented()
    {
        var unknown = new Method<string, string>(
            MethodType.Unary,
            "microscopestream.thirdparty.v1.Echo",
            "Absent",
            Marshallers.StringMarshaller,
            Marshallers.StringMarshaller);

        RpcException failure = await FailsAsync(_host.Channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, default, "x"));

        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.Unimplemented));
    }

    [Test]
    public async Task Server_that_is_gone_is_unavailable()
    {
        await using EchoHost gone = await EchoHost.StartAsync(transport);
        await gone.StopListeningAsync();

        RpcException failure = await FailsAsync(gone.Client.UnaryAsync(new EchoMessage()));

        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.Unavailable));
        Assert.That(failure.InnerException, Is.Not.Null);
    }

    private static async Task<RpcException> FailsAsync<T>(AsyncUnaryCall<T> call)
    {
        using (call)
        {
            return (await Assert.ThrowsAsync<RpcException>(async () => await call))!;
        }
    }
}
