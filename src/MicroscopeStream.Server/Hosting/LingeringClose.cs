using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MicroscopeStream.Server.Hosting;

/// <summary>
/// Lets the client close first: after its last byte (GOAWAY) the service waits a moment for the client's end of the
/// connection. A client that sees the connection end while it is still reading a finished call may report the broken
/// connection (INTERNAL) instead of the call's status; SocketsHttpHandler does so while the request side of the call is open.
/// </summary>
internal static class LingeringClose
{
    /// <summary>Enough for a busy client to read what it was sent; a client that never closes costs no more than this.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Applies it to every connection of an endpoint.</summary>
    public static void UseLingeringClose(this ListenOptions listen, TimeProvider time) =>
        listen.Use(next => connection => RunAsync(next, connection, time));

    private static async Task RunAsync(ConnectionDelegate next, ConnectionContext connection, TimeProvider time)
    {
        IDuplexPipe transport = connection.Transport;
        var output = new OpenWriter(transport.Output);
        connection.Transport = new Duplex(new OpenReader(transport.Input), output);
        await next(connection).ConfigureAwait(false);
        connection.Transport = transport;
        if (!output.Failed)
        {
            await WaitForClientAsync(transport.Input, time, connection.ConnectionClosed).ConfigureAwait(false);
        }

        // Whoever accepted the connection disposes it next, which ends both directions.
    }

    private static async Task WaitForClientAsync(PipeReader input, TimeProvider time, CancellationToken closed)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, closed);
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(either.Token).ConfigureAwait(false);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client took too long, or is gone: there is nobody left to wait for.
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Passes everything on but the end, which would close the connection's sending half.</summary>
    private sealed class OpenWriter(PipeWriter inner) : PipeWriter
    {
        /// <summary>Whether it ended with a fault: the connection was aborted.</summary>
        public bool Failed { get; private set; }

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(source, cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
            {
                Failed = true;
                inner.Complete(exception);
            }
        }
    }

    /// <summary>Passes everything on but the end: what the client still says is read afterwards.</summary>
    private sealed class OpenReader(PipeReader inner) : PipeReader
    {
        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
