namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>Why a received frame was not worked on. Numbers as in the protocol.</summary>
public enum DropCause
{
    /// <summary>Live policy: no free frame buffer, the service was behind.</summary>
    BuffersFull = 1,

    /// <summary>Live policy: waited in a queue until newer frames overtook it.</summary>
    Stale = 2,

    /// <summary>Its window or group could not be completed.</summary>
    IncompleteGroup = 3,

    /// <summary>Size or payload other than agreed.</summary>
    Invalid = 4,

    /// <summary>Sequence number repeated or backward.</summary>
    OutOfOrder = 5,

    /// <summary>The method failed on it, also after falling back.</summary>
    Failed = 6,

    /// <summary>The session was aborted before its turn came.</summary>
    Aborted = 7,
}
