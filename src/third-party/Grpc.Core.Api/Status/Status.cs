using System.Diagnostics;

namespace Grpc.Core;

/// <summary>The end of a call: a <see cref="Core.StatusCode"/> and text for a person. Immutable and thread-safe.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public struct Status
{
    /// <summary>Success without detail.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, string.Empty);

    /// <summary>Cancellation without detail.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, string.Empty);

    /// <summary>Creates a status.</summary>
    /// <param name="statusCode">How the call ended.</param>
    /// <param name="detail">What a person should read; it travels to the peer in the <c>grpc-message</c> trailer.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Creates a status that remembers the local exception behind it.</summary>
    /// <param name="statusCode">How the call ended.</param>
    /// <param name="detail">What a person should read; it travels to the peer in the <c>grpc-message</c> trailer.</param>
    /// <param name="debugException">The local cause, or null. It never leaves this process.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>How the call ended.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>What a person should read; empty where there is nothing to say.</summary>
    public string Detail { get; }

    /// <summary>The local cause, for debugging only, or null. Do not decide on it: which exception appears here is not part of the contract.</summary>
    public Exception? DebugException { get; }

    /// <summary>Code, detail and, where present, the local cause in one line.</summary>
    /// <returns>For example <c>Status(StatusCode="NotFound", Detail="no such session")</c>.</returns>
    public override string ToString()
        => DebugException is null
            ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
            : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
