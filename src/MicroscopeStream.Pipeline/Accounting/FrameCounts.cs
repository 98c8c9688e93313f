namespace MicroscopeStream.Pipeline.Accounting;

/// <summary>Frame counts of a session at one instant: received = processed + dropped + in flight.</summary>
public sealed record FrameCounts
{
    /// <summary>Frames whose last byte arrived, valid or not.</summary>
    public required long Received { get; init; }

    /// <summary>Frames whose result was published.</summary>
    public required long Processed { get; init; }

    /// <summary>Frames received and not worked on.</summary>
    public required long Dropped { get; init; }

    /// <summary>The same by cause; causes without a frame are absent.</summary>
    public required IReadOnlyList<DropCount> DroppedByCause { get; init; }

    /// <summary>Jumps of the sequence number.</summary>
    public required long Gaps { get; init; }

    /// <summary>Frames missing in those jumps.</summary>
    public required long Missing { get; init; }

    /// <summary>Frames received and neither processed nor dropped yet.</summary>
    public long InFlight => Received - Processed - Dropped;
}

/// <summary>Frames dropped for one cause.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Count">How many frames.</param>
public sealed record DropCount(DropCause Cause, long Count);
