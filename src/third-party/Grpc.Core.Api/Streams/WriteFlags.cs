namespace Grpc.Core;

/// <summary>Hints for writing one message.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More messages follow at once: the engine may wait with the flush.</summary>
    BufferHint = 0x1,

    /// <summary>Send this message uncompressed although the call compresses.</summary>
    NoCompress = 0x2,
}
