using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>Reading from one stage to the next without a byte for the collector.</summary>
internal static class ChannelReading
{
    /// <summary>
    /// Takes the next item, waiting for it; none when nothing more will come. A bounded channel's ReadAsync reuses one
    /// awaitable while WaitToReadAsync makes a new one per wait, and stages that keep up wait once per frame.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<Taken<T>> TakeAsync<T>(this ChannelReader<T> reader)
    {
        try
        {
            return new Taken<T>(true, await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false));
        }
        catch (ChannelClosedException)
        {
            return default;
        }
    }
}

/// <summary>An item, or none.</summary>
/// <param name="IsSome">Whether there is one.</param>
/// <param name="Item">The item.</param>
internal readonly record struct Taken<T>(bool IsSome, T Item);
