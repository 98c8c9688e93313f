using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Compression;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>Metadata and compression through the official engine, both ways.</summary>
[TestFixture(Transport.Tcp)]
[TestFixture(Transport.UnixSocket)]
public sealed class EchoHeaderTests(Transport transport)
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Test]
    public async Task Headers_travel_there_and_back_as_headers_and_trailers()
    {
        await using EchoHost host = await EchoHost.StartAsync(transport);
        var headers = new Metadata { { "Echo-Text", "one" }, { "echo-text", "two" }, { "echo-hash-bin", AllBytes }, { "other", "x" } };

        using AsyncUnaryCall<EchoMessage> call = host.Client.UnaryAsync(new EchoMessage(), headers);
        Metadata back = await call.ResponseHeadersAsync;
        await call;

        foreach (Metadata metadata in new[] { back, call.GetTrailers() })
        {
            // HTTP may join values of one key with commas.
            Assert.That(string.Join(',', metadata.GetAll("echo-text").Select(entry => entry.Value)).Replace(" ", null), Is.EqualTo("one,two"));
            Assert.That(metadata.GetValueBytes("echo-hash-bin"), Is.EqualTo(AllBytes));
            Assert.That(metadata.Get("other"), Is.Null);
        }
    }

    [Test]
    public async Task Response_headers_come_before_the_first_response()
    {
        await using EchoHost host = await EchoHost.StartAsync(transport);
        using AsyncDuplexStreamingCall<EchoMessage, EchoMessage> call = host.Client.Exchange(new Metadata { { "echo-text", "early" } });

        Assert.That((await call.ResponseHeadersAsync).GetValue("echo-text"), Is.EqualTo("early"));

        await call.RequestStream.CompleteAsync();
        Assert.That(await call.ResponseStream.MoveNext(), Is.False);
    }

    [Test]
    public async Task Client_interceptor_adds_a_header_to_a_real_call()
    {
        await using EchoHost host = await EchoHost.StartAsync(transport);
        var client = new Echo.EchoClient(host.Channel.Intercept(headers =>
        {
            headers.Add("echo-session", "s-1");
            return headers;
        }));

        using AsyncUnaryCall<EchoMessage> call = client.UnaryAsync(new EchoMessage());

        Assert.That((await call.ResponseHeadersAsync).GetValue("echo-session"), Is.EqualTo("s-1"));
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    public async Task Messages_are_compressed_both_ways(string encoding)
    {
        await using EchoHost host = await EchoHost.StartAsync(transport, options =>
        {
            options.CompressionProviders.Add(new GzipCompressionProvider(CompressionLevel.Fastest));
            options.CompressionProviders.Add(new DeflateCompressionProvider(CompressionLevel.Fastest));
            options.ResponseCompressionAlgorithm = encoding;
        });
        var request = new EchoMessage { Text = new string('x', 100_000) };

        // The client engine's own name for the header that asks it to compress requests.
        using AsyncUnaryCall<EchoMessage> call =
            host.Client.UnaryAsync(request, new Metadata { { "grpc-internal-encoding-request", encoding } });

        Assert.That((await call).Text, Is.EqualTo(request.Text));
        Assert.That(host.Wire.RequestEncoding, Is.EqualTo(encoding));
        Assert.That(host.Wire.ResponseEncoding, Is.EqualTo(encoding));
    }

    [Test]
    public async Task Messages_are_not_compressed_unasked()
    {
        await using EchoHost host = await EchoHost.StartAsync(transport);

        await host.Client.UnaryAsync(new EchoMessage { Text = new string('x', 1_000) });

        Assert.That(host.Wire.RequestEncoding, Is.Null.Or.EqualTo("identity"));
        Assert.That(host.Wire.ResponseEncoding, Is.Null.Or.EqualTo("identity"));
    }
}
