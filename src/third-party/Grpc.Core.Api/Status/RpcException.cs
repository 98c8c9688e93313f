using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// A call that did not end with <see cref="StatusCode.OK"/>. A client catches it; a handler throws it
/// to choose the status and the trailers that the client sees.
/// </summary>
public class RpcException : Exception
{
    /// <summary>Creates the exception with the status as its message and no trailers.</summary>
    /// <param name="status">How the call ended.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>Creates the exception with its own message and no trailers.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="message">The message for local readers; the peer sees only <see cref="Status.Detail"/>.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Creates the exception with trailers and the status as its message.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">Response trailers; not null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is null.</exception>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Creates the exception with trailers and its own message.</summary>
    /// <param name="status">How the call ended. Its <see cref="Status.DebugException"/> becomes the inner exception.</param>
    /// <param name="trailers">Response trailers; not null.</param>
    /// <param name="message">The message for local readers; the peer sees only <see cref="Status.Detail"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is null.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        Status = status;
        Trailers = GrpcPreconditions.CheckNotNull(trailers, nameof(trailers));
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The call's trailers; empty where there were none.</summary>
    public Metadata Trailers { get; }
}
