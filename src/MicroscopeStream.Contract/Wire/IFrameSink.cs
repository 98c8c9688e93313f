namespace MicroscopeStream.Contract.Wire;

/// <summary>
/// Where the pixels of a received frame go: whoever owns the stream gives the place, so that pixels are copied once, from the
/// transport's buffers into the slot that the pipeline works on.
/// </summary>
public interface IFrameSink
{
    /// <summary>A frame begins. Called once per frame message, after its header was read whole.</summary>
    /// <param name="header">The header.</param>
    /// <param name="pixelBytes">Length of its payload.</param>
    /// <returns>Where to write the payload, row-major (y, x): exactly that long, or empty to have it thrown away.</returns>
    Memory<byte> Begin(in WireFrameHeader header, int pixelBytes);

    /// <summary>The last byte of the frame that began was written, or thrown away.</summary>
    void Complete();
}
