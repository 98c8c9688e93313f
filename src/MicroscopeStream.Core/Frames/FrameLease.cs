namespace MicroscopeStream.Core.Frames;

/// <summary>
/// The right to use one <see cref="Frame"/> until it is returned. Whoever holds the lease returns it exactly once;
/// a stage that hands a frame on hands on the lease.
/// </summary>
public readonly struct FrameLease : IDisposable, IEquatable<FrameLease>
{
    private readonly Frame? _frame;
    private readonly long _generation;

    internal FrameLease(Frame frame)
    {
        _frame = frame;
        _generation = frame.Generation;
    }

    /// <summary>Whether this is a lease at all (a default value is none).</summary>
    public bool IsSome => _frame is not null;

    /// <summary>The frame.</summary>
    /// <exception cref="ObjectDisposedException">The lease was returned, or is a default value.</exception>
    public Frame Frame => _frame is not null && _frame.Generation == _generation
        ? _frame
        : throw new ObjectDisposedException(nameof(FrameLease), "The frame was returned to its pool; it may already hold other pixels.");

    /// <summary>Returns the frame to its pool.</summary>
    /// <exception cref="InvalidOperationException">The lease was returned before: two owners believed that they held it.</exception>
    public void Dispose()
    {
        if (_frame is not null && !_frame.TryRelease(_generation))
        {
            throw new InvalidOperationException($"The lease on slot {_frame.Slot} was returned twice.");
        }
    }

    /// <inheritdoc/>
    public bool Equals(FrameLease other) => ReferenceEquals(_frame, other._frame) && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FrameLease other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_frame, _generation);

    /// <summary>Whether two leases are the same one.</summary>
    public static bool operator ==(FrameLease left, FrameLease right) => left.Equals(right);

    /// <summary>Whether two leases differ.</summary>
    public static bool operator !=(FrameLease left, FrameLease right) => !left.Equals(right);
}
