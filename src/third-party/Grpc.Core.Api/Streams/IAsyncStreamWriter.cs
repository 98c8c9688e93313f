namespace Grpc.Core;

/// <summary>
/// Writes messages to a stream. One write at a time: await each before the next. Awaiting is the flow control.
/// </summary>
/// <typeparam name="T">The message type.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>The options of the writes that follow; null for the defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message; not null.</param>
    /// <returns>Completes when the engine has taken the message and another may follow.</returns>
    /// <exception cref="InvalidOperationException">Another write is in progress, or the stream is complete.</exception>
    Task WriteAsync(T message);

    /// <summary>Writes a message, giving up on cancellation.</summary>
    /// <param name="message">The message; not null.</param>
    /// <param name="cancellationToken">Cancelling while the write waits cancels the whole call.</param>
    /// <returns>Completes when the engine has taken the message and another may follow.</returns>
    /// <exception cref="NotSupportedException">This writer cannot cancel, and the token can be cancelled.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken)
        => cancellationToken.CanBeCanceled
            ? throw new NotSupportedException("This stream writer does not support cancelling a write.")
            : WriteAsync(message);
}
