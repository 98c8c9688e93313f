namespace Grpc.Core;

/// <summary>The state of a channel's connection. Source: the gRPC connectivity semantics description.</summary>
public enum ConnectivityState
{
    /// <summary>Not trying to connect, for want of calls.</summary>
    Idle,

    /// <summary>Trying to connect.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>The last attempt failed; another follows after a pause.</summary>
    TransientFailure,

    /// <summary>Shut down for good.</summary>
    Shutdown,
}
