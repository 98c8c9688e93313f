using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>Cuts a part out of a plane of 8-bit codes and bins it: mean over whole pixels, rounded.</summary>
/// <remarks>Not thread-safe: it keeps its buffers from call to call.</remarks>
public sealed class PlaneBinner
{
    /// <summary>Largest <see cref="PlanePart.Factor"/>: so many of the largest code are what a sum of 16 bits holds.</summary>
    public const int LargestFactor = 255;

    private byte[] _part = [];
    private ushort[] _sums = [];

    /// <summary>Cuts and bins.</summary>
    /// <param name="plane">Codes, row-major (y, x).</param>
    /// <param name="stride">Columns of the plane.</param>
    /// <param name="part">What to take; within the plane.</param>
    /// <param name="withoutZeros">Whether code 0 means that there is nothing, which no mean is made of.</param>
    /// <returns>Codes of the part, row-major (y, x); valid until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the plane, or its factor not 1…255.</exception>
    public ReadOnlyMemory<byte> Bin(ReadOnlySpan<byte> plane, int stride, PlanePart part, bool withoutZeros = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(part.Factor, 1, nameof(part));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part.Factor, LargestFactor, nameof(part));
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(part.Left, part.Top), 0, nameof(part));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part.Left + part.Width, stride, nameof(part));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)(part.Top + part.Height) * stride, plane.Length, nameof(part));
        int width = (part.Width + part.Factor - 1) / part.Factor, height = (part.Height + part.Factor - 1) / part.Factor;
        if (_part.Length < width * height)
        {
            _part = new byte[width * height];
        }

        if (_sums.Length < part.Width)
        {
            _sums = new ushort[part.Width];
        }

        for (int y = 0; y < height; y++)
        {
            int top = part.Top + (y * part.Factor), rows = Math.Min(part.Factor, part.Top + part.Height - top);
            Span<byte> row = _part.AsSpan(y * width, width);
            if (part.Factor == 1)
            {
                plane.Slice((top * stride) + part.Left, part.Width).CopyTo(row);
                continue;
            }

            if (withoutZeros)
            {
                AverageWithoutZeros(plane[((top * stride) + part.Left)..], stride, rows, part, row);
                continue;
            }

            Span<ushort> sums = _sums.AsSpan(0, part.Width);
            sums.Clear();
            for (int i = 0; i < rows; i++)
            {
                Add(plane.Slice(((top + i) * stride) + part.Left, part.Width), sums);
            }

            Average(sums, part.Factor, rows, row);
        }

        return _part.AsMemory(0, width * height);
    }

    private static void AverageWithoutZeros(ReadOnlySpan<byte> plane, int stride, int rows, PlanePart part, Span<byte> row)
    {
        for (int x = 0; x < row.Length; x++)
        {
            int left = x * part.Factor, width = Math.Min(part.Factor, part.Width - left), sum = 0, count = 0;
            for (int y = 0; y < rows; y++)
            {
                foreach (byte code in plane.Slice((y * stride) + left, width))
                {
                    sum += code;
                    count += code == 0 ? 0 : 1;
                }
            }

            row[x] = (byte)(count == 0 ? 0 : (sum + (count / 2)) / count);
        }
    }

    private static void Add(ReadOnlySpan<byte> row, Span<ushort> sums)
    {
        int lanes = Vector<byte>.Count, x = 0;
        for (; x <= row.Length - lanes; x += lanes)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out Vector<ushort> low, out Vector<ushort> high);
            Span<ushort> target = sums.Slice(x, lanes);
            (new Vector<ushort>(target) + low).CopyTo(target);
            (new Vector<ushort>(target[(lanes / 2)..]) + high).CopyTo(target[(lanes / 2)..]);
        }

        for (; x < row.Length; x++)
        {
            sums[x] += row[x];
        }
    }

    private static void Average(ReadOnlySpan<ushort> sums, int factor, int rows, Span<byte> row)
    {
        int whole = sums.Length / factor;
        if (factor == 2 && rows == 2)
        {
            // Two sums of a pair in one load: the commonest case, a third of the time.
            ReadOnlySpan<uint> pairs = MemoryMarshal.Cast<ushort, uint>(sums);
            for (int x = 0; x < whole; x++)
            {
                row[x] = (byte)(((pairs[x] & 0xffff) + (pairs[x] >> 16) + 2) >> 2);
            }
        }
        else
        {
            uint area = (uint)(factor * rows);
            for (int x = 0; x < whole; x++)
            {
                row[x] = Mean(sums.Slice(x * factor, factor), area);
            }
        }

        if (whole < row.Length)
        {
            row[whole] = Mean(sums[(whole * factor)..], (uint)((sums.Length - (whole * factor)) * rows));
        }
    }

    private static byte Mean(ReadOnlySpan<ushort> sums, uint area)
    {
        uint sum = area / 2;
        foreach (ushort one in sums)
        {
            sum += one;
        }

        return (byte)(sum / area);
    }
}
