using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class ClientInterceptorTests
{
    private static readonly Method<string, string> Method =
        new(MethodType.Unary, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private readonly RecordingInvoker _engine = new();

    [TearDown]
    public void Forget() => _engine.Calls.Clear();

    [Test]
    public void Array_runs_first_to_last()
    {
        string response = _engine.Intercept(new Append("a"), new Append("b"), new Append("c"))
            .BlockingUnaryCall(Method, null, default, ">");

        Assert.That(response, Is.EqualTo(">abc"));
    }

    [Test]
    public void Later_interception_runs_first()
    {
        string response = _engine.Intercept(new Append("c")).Intercept(new Append("b")).Intercept(new Append("a"))
            .BlockingUnaryCall(Method, null, default, ">");

        Assert.That(response, Is.EqualTo(">abc"));
    }

    [Test]
    public async Task Response_can_be_changed_on_the_way_back()
    {
        using AsyncUnaryCall<string> call = _engine.Intercept(new Append("a")).AsyncUnaryCall(Method, null, default, ">");

        Assert.That(await call, Is.EqualTo(">a/a"));
    }

    [Test]
    public void Header_function_reaches_every_kind_of_call()
    {
        CallInvoker invoker = _engine.Intercept(headers =>
        {
            headers.Add("token", "t");
            return headers;
        });

        MakeOneCallOfEachKind(invoker);

        Assert.That(_engine.Calls.Select(call => call.Options.Headers!.GetValue("token")), Is.EqualTo(Enumerable.Repeat("t", 5)));
    }

    [Test]
    public void Default_hooks_pass_every_kind_of_call_on_unchanged()
    {
        MakeOneCallOfEachKind(_engine.Intercept(new Silent()));

        Assert.That(_engine.Calls.Select(call => call.Type), Is.EqualTo(new[]
        {
            MethodType.Unary, MethodType.Unary, MethodType.ServerStreaming, MethodType.ClientStreaming, MethodType.DuplexStreaming,
        }));
        Assert.That(_engine.Calls.Select(call => call.Host), Is.All.EqualTo("host"));
        Assert.That(_engine.Calls.Select(call => call.Options.Deadline), Is.All.EqualTo(DateTime.UnixEpoch));
    }

    [Test]
    public void Channel_is_intercepted_like_its_invoker()
    {
        string response = new Channel(_engine).Intercept(new Append("a"), new Append("b")).BlockingUnaryCall(Method, null, default, ">");

        Assert.That(response, Is.EqualTo(">ab"));
    }

    [Test]
    public void Nothing_to_intercept_with_changes_nothing()
    {
        Assert.That(_engine.Intercept(Array.Empty<Interceptor>()), Is.SameAs(_engine));
        Assert.That(() => _engine.Intercept((Interceptor)null!), Throws.ArgumentNullException);
        Assert.That(() => _engine.Intercept(new Silent(), null!), Throws.ArgumentNullException);
        Assert.That(() => ((CallInvoker)null!).Intercept(new Silent()), Throws.ArgumentNullException);
    }

    private static void MakeOneCallOfEachKind(CallInvoker invoker)
    {
        CallOptions options = new CallOptions().WithDeadline(DateTime.UnixEpoch);
        invoker.BlockingUnaryCall(Method, "host", options, "x");
        invoker.AsyncUnaryCall(Method, "host", options, "x").Dispose();
        _ = invoker.AsyncServerStreamingCall(Method, "host", options, "x");
        _ = invoker.AsyncClientStreamingCall(Method, "host", options);
        _ = invoker.AsyncDuplexStreamingCall(Method, "host", options);
    }

    private sealed class Silent : Interceptor;

    private sealed class Channel(CallInvoker invoker) : ChannelBase("target")
    {
        public override CallInvoker CreateCallInvoker() => invoker;
    }

    private sealed class Append(string mark) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
            => continuation((TRequest)(object)(request + mark), context);

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            AsyncUnaryCall<TResponse> call = continuation((TRequest)(object)(request + mark), context);
            return new(
                AnswerAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private async Task<TResponse> AnswerAsync<TResponse>(Task<TResponse> response)
            => (TResponse)(object)(await response + "/" + mark);
    }
}
