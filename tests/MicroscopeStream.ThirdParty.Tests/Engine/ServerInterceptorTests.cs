using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>Server interceptors run in the official engine, in order, around all kinds of call.</summary>
public sealed class ServerInterceptorTests
{
    private readonly ConcurrentQueue<string> _seen = new();

    [Test]
    public async Task Interceptors_surround_every_kind_of_call_in_order()
    {
        await using EchoHost host = await EchoHost.StartAsync(Transport.Tcp, options =>
        {
            options.Interceptors.Add<Recorder>("outer", _seen);
            options.Interceptors.Add<Recorder>("inner", _seen);
        });

        await host.Client.UnaryAsync(new EchoMessage());
        using AsyncClientStreamingCall<EchoMessage, EchoMessage> collect = host.Client.Collect();
        await collect.RequestStream.CompleteAsync();
        await collect;
        using AsyncServerStreamingCall<EchoMessage> repeat = host.Client.Repeat(new EchoMessage { Repeat = 1 });
        await foreach (EchoMessage _ in repeat.ResponseStream.ReadAllAsync())
        {
        }

        using AsyncDuplexStreamingCall<EchoMessage, EchoMessage> exchange = host.Client.Exchange();
        await exchange.RequestStream.CompleteAsync();
        await exchange.ResponseStream.MoveNext();

        Assert.That(_seen, Is.EqualTo(new[]
        {
            "outer Unary of 1", "inner Unary of 2", "outer Collect of 1", "inner Collect of 2",
            "outer Repeat of 1", "inner Repeat of 2", "outer Exchange of 1", "inner Exchange of 2",
        }));
    }

    // Counts itself in the call's user state, which interceptors and handler share.
    private sealed class Recorder(string name, ConcurrentQueue<string> seen) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Record(context);
            return continuation(requestStream, responseStream, context);
        }

        private void Record(ServerCallContext context)
        {
            int count = context.UserState.TryGetValue("count", out object? before) ? (int)before + 1 : 1;
            context.UserState["count"] = count;
            seen.Enqueue($"{name} {context.Method.Split('/')[2]} of {count}");
        }
    }
}
