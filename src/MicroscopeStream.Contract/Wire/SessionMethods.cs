using Grpc.Core;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Contract.Wire;

/// <summary>The methods of <c>microscopestream.v1.SessionService</c> with this folder's marshallers, for both ends.</summary>
public static class SessionMethods
{
    /// <summary>Full name of the service.</summary>
    public const string ServiceName = "microscopestream.v1.SessionService";

    /// <summary>Open.</summary>
    public static Method<OpenRequest, OpenResponse> Open { get; } = Unary("Open", OpenRequest.Parser, OpenResponse.Parser);

    /// <summary>Stream, with requests that carry pixels without copies.</summary>
    public static Method<WireStreamRequest, StreamResponse> Stream { get; } = new(
        MethodType.DuplexStreaming, ServiceName, "Stream", ProtobufMarshaller.StreamRequest, ProtobufMarshaller.For(StreamResponse.Parser));

    /// <summary>Watch.</summary>
    public static Method<WatchRequest, WatchResponse> Watch { get; } = new(
        MethodType.ServerStreaming, ServiceName, "Watch", ProtobufMarshaller.For(WatchRequest.Parser), ProtobufMarshaller.For(WatchResponse.Parser));

    /// <summary>Close.</summary>
    public static Method<CloseRequest, CloseResponse> Close { get; } = Unary("Close", CloseRequest.Parser, CloseResponse.Parser);

    /// <summary>Resume.</summary>
    public static Method<ResumeRequest, ResumeResponse> Resume { get; } = Unary("Resume", ResumeRequest.Parser, ResumeResponse.Parser);

    /// <summary>ListSessions.</summary>
    public static Method<ListSessionsRequest, ListSessionsResponse> ListSessions { get; } =
        Unary("ListSessions", ListSessionsRequest.Parser, ListSessionsResponse.Parser);

    /// <summary>Starts a stream whose frames are written without copies of the pixels.</summary>
    /// <param name="invoker">From a channel: <c>channel.CreateCallInvoker()</c>.</param>
    /// <param name="options">Headers, deadline, cancellation.</param>
    public static AsyncDuplexStreamingCall<WireStreamRequest, StreamResponse> OpenStream(this CallInvoker invoker, CallOptions options) =>
        invoker.AsyncDuplexStreamingCall(Stream, host: null, options);

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string name, Google.Protobuf.MessageParser<TRequest> request, Google.Protobuf.MessageParser<TResponse> response)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> =>
        new(MethodType.Unary, ServiceName, name, ProtobufMarshaller.For(request), ProtobufMarshaller.For(response));
}
