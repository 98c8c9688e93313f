using Grpc.Core;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Server.Sessions;

/// <summary>One response stream, two writers: acknowledgements must not wait behind results that are still being made.</summary>
internal sealed class StreamWriter(IServerStreamWriter<StreamResponse> responses) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Writes a message; when this returns, the message and what it refers to may be reused.</summary>
    public async Task WriteAsync(StreamResponse message, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await responses.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
