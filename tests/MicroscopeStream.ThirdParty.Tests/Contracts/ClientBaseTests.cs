using Grpc.Core;
using MicroscopeStream.ThirdParty.Tests.Engine;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class ClientBaseTests
{
    [Test]
    public void Client_names_a_host_only_when_asked()
    {
        var engine = new RecordingInvoker();
        var client = new Echo.EchoClient(engine);

        client.Unary(new EchoMessage());
        client.WithHost("scope-2").Unary(new EchoMessage());
        client.WithHost("scope-2").WithHost("scope-3").UnaryAsync(new EchoMessage()).Dispose();
        _ = client.WithHost("scope-4").Collect();
        _ = client.WithHost("scope-5").Repeat(new EchoMessage());
        _ = client.WithHost("scope-6").Exchange();

        Assert.That(
            engine.Calls.Select(call => call.Host),
            Is.EqualTo(new[] { null, "scope-2", "scope-3", "scope-4", "scope-5", "scope-6" }));
    }

    [Test]
    public void Test_double_answers_what_it_overrides_and_nothing_else()
    {
        var client = new Double();

        Assert.That(client.Unary(new EchoMessage(), default(CallOptions)).Text, Is.EqualTo("double"));
        Assert.That(() => client.Repeat(new EchoMessage()), Throws.TypeOf<NotImplementedException>());
    }

    private sealed class Double : Echo.EchoClient
    {
        public override EchoMessage Unary(EchoMessage request, CallOptions options) => new() { Text = "double" };
    }
}
