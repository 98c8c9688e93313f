using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Reads streams with <c>await foreach</c>. Stateless and thread-safe.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Gives the messages of a stream until the peer has finished.</summary>
    /// <typeparam name="T">The message type.</typeparam>
    /// <param name="streamReader">The stream; it can be gone through once.</param>
    /// <param name="cancellationToken">Cancelling while a read waits cancels the whole call.</param>
    /// <returns>The messages as they arrive.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="streamReader"/> is null.</exception>
    /// <exception cref="RpcException">While enumerating, on the client: the call failed.</exception>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return ReadToEndAsync(streamReader, cancellationToken);
    }

    // Apart from the public method so that a null stream is refused at once and not on the first read.
    private static async IAsyncEnumerable<T> ReadToEndAsync<T>(
        IAsyncStreamReader<T> streamReader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await streamReader.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            yield return streamReader.Current;
        }
    }
}
