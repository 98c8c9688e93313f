using Google.Protobuf;
using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>The official engine, unchanged, over the contract assemblies: all kinds of call, both transports.</summary>
[TestFixture(Transport.Tcp)]
[TestFixture(Transport.UnixSocket)]
public sealed class EchoTests(Transport transport)
{
    private EchoHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await EchoHost.StartAsync(transport);

    [TearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Unary_returns_the_message_it_was_sent()
    {
        var request = new EchoMessage { Text = "光", Data = Bytes(300_000), Repeat = -1 };

        using AsyncUnaryCall<EchoMessage> call = _host.Client.UnaryAsync(request);
        EchoMessage response = await call;

        Assert.That(response, Is.EqualTo(request).And.Not.SameAs(request));
        Assert.That(call.GetStatus(), Is.EqualTo(Status.DefaultSuccess));
        Assert.That(_host.Log.Method, Is.EqualTo("/microscopestream.thirdparty.v1.Echo/Unary"));
        Assert.That(_host.Log.Peer, Does.StartWith(transport == Transport.Tcp ? "ipv4:127.0.0.1:" : "unknown"));
        Assert.That(_host.Log.Deadline, Is.EqualTo(DateTime.MaxValue));
    }

    [Test]
    public void Blocking_unary_returns_the_message_it_was_sent()
        => Assert.That(_host.Client.Unary(new EchoMessage { Text = "a" }).Text, Is.EqualTo("a"));

    [Test]
    public async Task Client_streaming_delivers_every_request_in_order()
    {
        using AsyncClientStreamingCall<EchoMessage, EchoMessage> call = _host.Client.Collect();
        for (int i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new EchoMessage { Text = $"{i}", Data = ByteString.CopyFrom((byte)i) });
        }

        await call.RequestStream.CompleteAsync();
        EchoMessage response = await call;

        Assert.That(response.Text, Is.EqualTo(string.Join('+', Enumerable.Range(0, 100))));
        Assert.That(response.Data.ToByteArray(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (byte)i)));
    }

    [Test]
    public async Task Server_streaming_delivers_every_response_and_the_trailers()
    {
        var request = new EchoMessage { Text = "frame", Data = Bytes(10_000), Repeat = 50 };

        using AsyncServerStreamingCall<EchoMessage> call = _host.Client.Repeat(request);
        var responses = new List<EchoMessage>();
        await foreach (EchoMessage response in call.ResponseStream.ReadAllAsync())
        {
            responses.Add(response);
        }

        Assert.That(responses, Has.Count.EqualTo(50).And.All.EqualTo(request));
        Assert.That(call.GetTrailers().GetValue("written"), Is.EqualTo("50"));
    }

    [Test]
    public async Task Duplex_streaming_answers_while_requests_still_come()
    {
        using AsyncDuplexStreamingCall<EchoMessage, EchoMessage> call = _host.Client.Exchange();
        for (int i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new EchoMessage { Repeat = i }, CancellationToken.None);
            Assert.That(await call.ResponseStream.MoveNext(), Is.True);
            Assert.That(call.ResponseStream.Current.Repeat, Is.EqualTo(i));
        }

        await call.RequestStream.CompleteAsync();

        Assert.That(await call.ResponseStream.MoveNext(), Is.False);
        Assert.That(call.GetStatus().StatusCode, Is.EqualTo(StatusCode.OK));
    }

    private static ByteString Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
