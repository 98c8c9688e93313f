namespace MicroscopeStream.Video.Slices;

/// <summary>
/// Cuts the sequence of camera frames into slices of equal length. The first frame that comes begins slice 0; from then on a frame's
/// number alone decides its slice, whatever is missing between.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SliceClock
{
    private readonly int _length;
    private long _origin = -1;
    private long _last = -1;

    /// <summary>Starts before the first frame.</summary>
    /// <param name="sliceFrames">Frames per slice, ≥ 1.</param>
    public SliceClock(int sliceFrames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sliceFrames, 1);
        _length = sliceFrames;
    }

    /// <summary>The slice that is being filled; −1 before the first frame.</summary>
    public long Current { get; private set; } = -1;

    /// <summary>Frames that came in it.</summary>
    public int Frames { get; private set; }

    /// <summary>Whether the current slice has its last frame.</summary>
    public bool IsComplete => Current >= 0 && _last == LastFrameOf(Current);

    /// <summary>Slices between the current one and that of a frame, which close or are skipped before it is taken; 0: none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The frame is not after the last one.</exception>
    public long SlicesBefore(long frame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(frame, _last);
        return Current < 0 ? 0 : ((frame - _origin) / _length) - Current;
    }

    /// <summary>Takes a frame into its slice, which becomes the current one.</summary>
    public void Take(long frame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(frame, _last);
        _origin = _origin < 0 ? frame : _origin;
        long slice = (frame - _origin) / _length;
        Frames = slice == Current ? Frames + 1 : 1;
        (Current, _last) = (slice, frame);
    }

    /// <summary>First frame of a slice.</summary>
    public long FirstFrameOf(long slice) => _origin + (slice * _length);

    /// <summary>Last frame of a slice.</summary>
    public long LastFrameOf(long slice) => FirstFrameOf(slice) + _length - 1;
}
