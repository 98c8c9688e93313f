using Grpc.Core;
using MicroscopeStream.ThirdParty.Tests.Engine;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class ServerServiceDefinitionTests
{
    [Test]
    public void Binder_learns_every_method_of_a_generated_service_in_order()
    {
        var binder = new Binder();

        Echo.BindService(new EchoService(new CallLog())).BindService(binder);

        Assert.That(binder.Names, Is.EqualTo(new[] { "Unary:Unary", "ClientStreaming:Collect", "ServerStreaming:Repeat", "DuplexStreaming:Exchange" }));
    }

    [Test]
    public void Method_of_the_same_name_is_refused()
    {
        var method = new Method<string, string>(MethodType.Unary, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);

        Assert.That(() => builder.AddMethod(method, handler), Throws.ArgumentException);
    }

    [Test]
    public void Binder_that_takes_no_methods_says_so()
        => Assert.That(
            () => Echo.BindService(new EchoService(new CallLog())).BindService(new BareBinder()),
            Throws.TypeOf<NotImplementedException>());

    private sealed class BareBinder : ServiceBinderBase;

    private sealed class Binder : ServiceBinderBase
    {
        public List<string> Names { get; } = [];

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
            => Names.Add($"Unary:{method.Name}");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
            => Names.Add($"ClientStreaming:{method.Name}");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
            => Names.Add($"ServerStreaming:{method.Name}");

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
            => Names.Add($"DuplexStreaming:{method.Name}");
    }
}
