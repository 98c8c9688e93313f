using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroscopeStream.Server.Diagnostics;
using MicroscopeStream.Server.Errors;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Security;

/// <summary>Lets gRPC calls in whose metadata carry <c>authorization: Bearer TOKEN</c> with the scope that the method wants.</summary>
internal sealed partial class AccessInterceptor(AccessPolicy policy, ILogger<AccessInterceptor> logger) : Interceptor
{
    private const string Scheme = "Bearer ";
    private const string Sessions = "/microscopestream.v1.SessionService/";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        StandingAccess? access = Admit(context);
        return continuation(request, Guard(responseStream, access, context), context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        StandingAccess? access = Admit(context);
        return continuation(requestStream, Guard(responseStream, access, context), context);
    }

    /// <summary>What a method wants: one of these is enough. None: nothing.</summary>
    internal static AccessScopes WantedBy(string method) => method switch
    {
        Sessions + "Open" or Sessions + "Stream" or Sessions + "Resume" => AccessScopes.Stream,
        Sessions + "Close" => AccessScopes.Stream | AccessScopes.Control,
        Sessions + "Watch" => AccessScopes.Watch,
        Sessions + "ListSessions" => AccessScopes.Watch | AccessScopes.Stream | AccessScopes.Control,
        _ when method.StartsWith("/microscopestream.v1.ModelService/", StringComparison.Ordinal) => AccessScopes.Watch | AccessScopes.Stream | AccessScopes.Control,

        // Whoever probes has no token: he learns that the service runs, and no more.
        _ when method.StartsWith("/grpc.health.v1.Health/", StringComparison.Ordinal) => AccessScopes.None,
        _ => AccessScopes.Admin,
    };

    // Null: nothing was asked for, and nothing can be taken back.
    private StandingAccess? Admit(ServerCallContext context)
    {
        AccessScopes wanted = WantedBy(context.Method);
        if (!policy.GuardsGrpc || wanted == AccessScopes.None || IsUnixSocket(context.GetHttpContext()))
        {
            return null;
        }

        string header = context.RequestHeaders.GetValue("authorization") ?? string.Empty;
        bool shown = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        string token = shown ? header[Scheme.Length..] : string.Empty;
        AccessScopes has = policy.ScopesOf(token);
        if ((has & wanted) != 0)
        {
            return new StandingAccess(() => (policy.ScopesOf(token) & wanted) != 0, policy.Time);
        }

        string name = wanted.ToString().ToLowerInvariant().Replace(", ", " or ", StringComparison.Ordinal);
        Refused(logger, context.Method, context.Peer, has == AccessScopes.None ? (shown ? "its token is not valid" : "it shows no token") : "its token lacks the scope");
        throw has == AccessScopes.None
            ? RpcErrors.Make(
                StatusCode.Unauthenticated,
                new Fault(
                    FaultCodes.NoToken, "", shown ? "The token is not valid (any more)" : "The service asks for a token", "a token of the service's token file",
                    "Send the metadata authorization: Bearer TOKEN; mstream takes --token-file."))
            : RpcErrors.Make(
                StatusCode.PermissionDenied,
                new Fault(
                    FaultCodes.NoScope, "", $"The token does not allow {context.Method[(context.Method.LastIndexOf('/') + 1)..]}", $"scope {name}",
                    $"Use a token with the scope {name}, or have it added to this one in the service's token file."));
    }

    private IServerStreamWriter<T> Guard<T>(IServerStreamWriter<T> responses, StandingAccess? access, ServerCallContext context) =>
        access is null ? responses : new GuardedWriter<T>(responses, access, () => TakenBack(context));

    private RpcException TakenBack(ServerCallContext context)
    {
        Refused(logger, context.Method, context.Peer, "its token is not valid any more");
        return RpcErrors.Make(
            StatusCode.Unauthenticated,
            new Fault(
                FaultCodes.NoToken, "", "The token is not valid any more", "a token of the service's token file",
                "Use another token; a session that was streamed into is kept for a while, and can be resumed."));
    }

    // A Unix socket is this user's own: whoever can open it could read the token file too.
    private static bool IsUnixSocket(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;

    [LoggerMessage(EventIds.AccessRefused, LogLevel.Warning, "{Method} from {Peer} was refused: {Why}")]
    private static partial void Refused(ILogger logger, string method, string peer, string why);
}
