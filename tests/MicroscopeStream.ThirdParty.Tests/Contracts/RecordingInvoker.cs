using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

/// <summary>Stands where an engine would: remembers each call and answers it with its own request or nothing.</summary>
internal sealed class RecordingInvoker : CallInvoker
{
    public List<(MethodType Type, string? Host, CallOptions Options, object? Request)> Calls { get; } = [];

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Calls.Add((MethodType.Unary, host, options, request));
        return (TResponse)(object)request;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Calls.Add((MethodType.Unary, host, options, request));
        return new(
            Task.FromResult((TResponse)(object)request),
            Task.FromResult(new Metadata()),
            () => Status.DefaultSuccess,
            () => Metadata.Empty,
            () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Calls.Add((MethodType.ServerStreaming, host, options, request));
        return null!;
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Calls.Add((MethodType.ClientStreaming, host, options, null));
        return null!;
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Calls.Add((MethodType.DuplexStreaming, host, options, null));
        return null!;
    }
}
