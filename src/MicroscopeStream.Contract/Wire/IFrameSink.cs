using System.Buffers;

namespace MicroscopeStream.Contract.Wire;

/// <summary>
/// Where the pixels of a received frame go. The reader of a stream sets one for its asynchronous flow
/// (<see cref="FrameSink.Use"/>) before it asks for the next message, so that pixels are copied once: from the transport's
/// buffers into the slot that the pipeline works on.
/// </summary>
public interface IFrameSink
{
    /// <summary>The message to fill; the same one each time, so that a frame costs no object.</summary>
    WireStreamRequest Message { get; }

    /// <summary>Takes the pixels of a frame. Called once per frame message, after its header was read whole.</summary>
    /// <param name="header">The header.</param>
    /// <param name="pixels">The payload, row-major (y, x); valid only during the call.</param>
    void Receive(in WireFrameHeader header, in ReadOnlySequence<byte> pixels);
}

/// <summary>The sink of the current asynchronous flow.</summary>
public static class FrameSink
{
    // gRPC's deserializers know only the bytes. The execution context flows from the stream handler into the read,
    // so the handler's own sink is visible there and no other stream's.
    private static readonly AsyncLocal<IFrameSink?> CurrentSink = new();

    /// <summary>The sink set by <see cref="Use"/>; null where none was set.</summary>
    public static IFrameSink? Current => CurrentSink.Value;

    /// <summary>Sets the sink for the calling asynchronous method and what it calls.</summary>
    /// <param name="sink">The sink, or null for none.</param>
    public static void Use(IFrameSink? sink) => CurrentSink.Value = sink;
}
