namespace Grpc.Core;

/// <summary>
/// The messages that arrive on a stream: <c>while (await reader.MoveNext(token)) Use(reader.Current);</c>.
/// One read at a time; not for several threads at once.
/// </summary>
/// <typeparam name="T">The message type.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last successful <see cref="MoveNext"/> read.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Cancelling while the read waits cancels the whole call.</param>
    /// <returns>True with a new <see cref="Current"/>; false once the peer has finished.</returns>
    /// <exception cref="RpcException">On the client: the call failed.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
