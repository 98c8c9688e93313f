using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Contract.Wire;

/// <summary>
/// A <c>microscopestream.v1.StreamRequest</c> that is read and written without protobuf's copies: the same bytes on the wire
/// as the generated <see cref="StreamRequest"/>, but made to be reused, and with pixels that stay where they are.
/// </summary>
/// <remarks>Not thread-safe. A sender may reuse it as soon as the write that it was given to has completed.</remarks>
public sealed class WireStreamRequest
{
    private WireFrameHeader _header;

    /// <summary>Which of the bodies is set.</summary>
    public StreamRequest.BodyOneofCase Body { get; private set; }

    /// <summary>The session to stream into; set with <see cref="Body"/> = Start.</summary>
    public StreamStart? Start { get; private set; }

    /// <summary>The header of the frame; meaningful with <see cref="Body"/> = Frame.</summary>
    public ref readonly WireFrameHeader Header => ref _header;

    /// <summary>
    /// Sending: the pixels to write, row-major (y, x). Receiving: empty where an <see cref="IFrameSink"/> took them, otherwise an
    /// array of their own.
    /// </summary>
    public ReadOnlyMemory<byte> Pixels { get; private set; }

    /// <summary>Makes this the first message of a stream.</summary>
    /// <param name="sessionId">From Open.</param>
    /// <param name="resumeToken">From Open.</param>
    /// <returns>This message.</returns>
    public WireStreamRequest SetStart(string sessionId, string resumeToken) =>
        SetStart(new StreamStart { SessionId = sessionId, ResumeToken = resumeToken });

    /// <summary>Makes this a frame.</summary>
    /// <param name="header">The header.</param>
    /// <param name="pixels">The pixels, row-major (y, x), little-endian; not copied, so keep them until the write has completed.</param>
    /// <returns>This message.</returns>
    public WireStreamRequest SetFrame(in WireFrameHeader header, ReadOnlyMemory<byte> pixels)
    {
        Clear();
        Body = StreamRequest.BodyOneofCase.Frame;
        _header = header;
        Pixels = pixels;
        return this;
    }

    /// <summary>Makes this the last message of a stream.</summary>
    /// <returns>This message.</returns>
    public WireStreamRequest SetEnd()
    {
        Clear();
        Body = StreamRequest.BodyOneofCase.End;
        return this;
    }

    /// <summary>Makes this a message without a body.</summary>
    public void Clear()
    {
        Body = StreamRequest.BodyOneofCase.None;
        Start = null;
        Pixels = default;
        _header = default;
    }

    internal WireStreamRequest SetStart(StreamStart start)
    {
        Clear();
        Body = StreamRequest.BodyOneofCase.Start;
        Start = start;
        return this;
    }
}
