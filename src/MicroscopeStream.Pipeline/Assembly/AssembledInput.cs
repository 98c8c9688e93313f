using System.Runtime.CompilerServices;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Assembly;

/// <summary>
/// What a method gets for one result: the target frame and its neighbours, calibrated to photons (float32, row-major
/// (y, x)). Neighbours are addressed by their distance from the target; one that never came, or was dropped, is missing.
/// </summary>
/// <remarks>Pooled: valid until the method's call has completed.</remarks>
public sealed class AssembledInput
{
    /// <summary>Most frames of a window.</summary>
    public const int LargestWindow = 32;

    private Leases _leases;

    internal AssembledInput(int windowFrames, int lookAheadFrames, PixelGrid grid)
    {
        WindowFrames = windowFrames;
        LookAheadFrames = lookAheadFrames;
        Grid = grid;
    }

    /// <summary>Frames of the window, target included.</summary>
    public int WindowFrames { get; }

    /// <summary>Frames after the target.</summary>
    public int LookAheadFrames { get; }

    /// <summary>
    /// Frames that are new in this input, the target being the last of them: they lie at offsets 1 − <see cref="NewFrames"/> … 0. 1 for
    /// sliding windows and in rolling sessions, a whole group where groups are gathered (<see cref="FrameGrouping"/>).
    /// </summary>
    public int NewFrames { get; internal set; } = 1;

    /// <summary>The camera's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Header of the target frame.</summary>
    public FrameHeader Header => this[0].Header;

    /// <summary>Sequence number of the target frame.</summary>
    public long Sequence => Header.Sequence;

    /// <summary>The frame at a distance from the target, which is 0.</summary>
    /// <param name="offset">−(window − 1 − look-ahead) … look-ahead.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window does not reach there.</exception>
    /// <exception cref="ObjectDisposedException">That frame is missing.</exception>
    public Frame this[int offset] => _leases[Index(offset)].Frame;

    /// <summary>Whether the frame at a distance from the target is there.</summary>
    /// <param name="offset">As for the indexer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window does not reach there.</exception>
    public bool Has(int offset) => _leases[Index(offset)].IsSome;

    /// <summary>Pixels of the frame at a distance from the target, photons, row-major (y, x).</summary>
    /// <param name="offset">As for the indexer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window does not reach there.</exception>
    /// <exception cref="ObjectDisposedException">That frame is missing.</exception>
    public ReadOnlySpan<float> Photons(int offset) => this[offset].Pixels<float>();

    internal void Set(int offset, FrameLease lease) => _leases[Index(offset)] = lease;

    internal void Clear()
    {
        _leases = default;
        NewFrames = 1;
    }

    private int Index(int offset)
    {
        int index = WindowFrames - 1 - LookAheadFrames + offset;
        return (uint)index < (uint)WindowFrames
            ? index
            : throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The window holds {WindowFrames} frames, {LookAheadFrames} of them ahead.");
    }

    [InlineArray(LargestWindow)]
    private struct Leases
    {
        private FrameLease _first;
    }
}
