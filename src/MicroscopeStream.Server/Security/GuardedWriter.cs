using Grpc.Core;

namespace MicroscopeStream.Server.Security;

/// <summary>
/// A call's answers, written as long as its token is valid. An open session tells its progress every second, so that a call does not
/// outlive its token by more than two.
/// </summary>
/// <param name="inner">Where the answers go.</param>
/// <param name="access">Whether the token still allows the call.</param>
/// <param name="refusal">What the call ends with when it does not.</param>
internal sealed class GuardedWriter<T>(IServerStreamWriter<T> inner, StandingAccess access, Func<RpcException> refusal) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => access.Holds ? inner.WriteAsync(message) : throw refusal();

    public Task WriteAsync(T message, CancellationToken cancellationToken) =>
        access.Holds ? inner.WriteAsync(message, cancellationToken) : throw refusal();
}
