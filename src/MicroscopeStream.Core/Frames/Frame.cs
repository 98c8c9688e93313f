using System.Runtime.InteropServices;

namespace MicroscopeStream.Core.Frames;

/// <summary>
/// One slot of a <see cref="FramePool"/>: a header and a pinned buffer of pixels, rented and returned, never collected.
/// Reach it only through a <see cref="FrameLease"/>, which knows when the slot has moved on.
/// </summary>
/// <remarks>Not thread-safe: one stage owns a frame at a time and hands it on.</remarks>
public sealed class Frame
{
    private readonly FramePool _pool;
    private readonly byte[] _bytes;
    private int _length;
    private long _generation;

    internal Frame(FramePool pool, int slot, int capacityBytes)
    {
        _pool = pool;
        Slot = slot;
        _bytes = GC.AllocateUninitializedArray<byte>(capacityBytes, pinned: true);
    }

    /// <summary>Index of the slot in its pool, from 0.</summary>
    public int Slot { get; }

    /// <summary>What is known of the frame besides its pixels.</summary>
    public FrameHeader Header { get; set; }

    /// <summary>Bytes that the slot can hold.</summary>
    public int CapacityBytes => _bytes.Length;

    /// <summary>Bytes in use, 0…<see cref="CapacityBytes"/>; set before writing to <see cref="Bytes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length does not fit the slot.</exception>
    public int LengthBytes
    {
        get => _length;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _bytes.Length);
            _length = value;
        }
    }

    /// <summary>The payload, row-major (y, x), little-endian.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The payload as memory that may cross an await.</summary>
    public Memory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>The payload seen as pixels of type <typeparamref name="T"/> (byte, ushort or float).</summary>
    public Span<T> Pixels<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    /// <summary>The pinned address of the payload's first byte: valid for the pool's lifetime.</summary>
    public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);

    internal long Generation => Volatile.Read(ref _generation);

    internal bool TryRelease(long generation)
    {
        // The generation moves on exactly once per lease, so a second return of the same lease finds another number.
        if (Interlocked.CompareExchange(ref _generation, generation + 1, generation) != generation)
        {
            return false;
        }

        _length = 0;
        _pool.TakeBack(this);
        return true;
    }
}
