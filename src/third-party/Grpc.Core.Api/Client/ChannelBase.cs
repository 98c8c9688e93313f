using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A connection to a service, shared by many clients and calls. Thread-safe.</summary>
public abstract class ChannelBase
{
    /// <summary>Creates a channel.</summary>
    /// <param name="target">The address.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    protected ChannelBase(string target) => Target = GrpcPreconditions.CheckNotNull(target, nameof(target));

    /// <summary>The address.</summary>
    public string Target { get; }

    /// <summary>Makes what clients call through.</summary>
    /// <returns>An invoker on this channel.</returns>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Shuts the channel down.</summary>
    /// <returns>Completes when it is down.</returns>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Shuts the channel down; by default there is nothing to do.</summary>
    /// <returns>Completes when it is down.</returns>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
