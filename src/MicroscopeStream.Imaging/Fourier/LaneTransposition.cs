using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroscopeStream.Imaging.Fourier;

/// <summary>Turns rows into vectors of one column each (and back): lane r of vector x is column x of row r.</summary>
internal static class LaneTransposition
{
    private static bool IsEight => Vector<float>.Count == 8 && Avx.IsSupported;

    /// <summary>Rows (the next one a stride further) into vectors; idle lanes are left as they are.</summary>
    public static void Gather(ReadOnlySpan<float> rows, int stride, int width, int count, Vector<float>[] vectors)
    {
        Span<float> flat = MemoryMarshal.Cast<Vector<float>, float>(vectors.AsSpan(0, width));
        int lanes = Vector<float>.Count, x = 0;
        if (IsEight && count == 8)
        {
            for (; x <= width - 8; x += 8)
            {
                Transpose(rows[x..], stride, flat[(x * 8)..], 8);
            }
        }

        for (; x < width; x++)
        {
            for (int r = 0; r < count; r++)
            {
                flat[(x * lanes) + r] = rows[(r * stride) + x];
            }
        }
    }

    /// <summary>Vectors into rows.</summary>
    public static void Scatter(Vector<float>[] vectors, Span<float> rows, int stride, int width, int count)
    {
        ReadOnlySpan<float> flat = MemoryMarshal.Cast<Vector<float>, float>(vectors.AsSpan(0, width));
        int lanes = Vector<float>.Count, x = 0;
        if (IsEight && count == 8)
        {
            for (; x <= width - 8; x += 8)
            {
                Transpose(flat[(x * 8)..], 8, rows[x..], stride);
            }
        }

        for (; x < width; x++)
        {
            for (int r = 0; r < count; r++)
            {
                rows[(r * stride) + x] = flat[(x * lanes) + r];
            }
        }
    }

    // An 8 × 8 block: pairs, then fours, then halves change places.
    private static void Transpose(ReadOnlySpan<float> from, int fromStride, Span<float> to, int toStride)
    {
        Vector256<float> r0 = Row(from, 0), r1 = Row(from, fromStride), r2 = Row(from, 2 * fromStride), r3 = Row(from, 3 * fromStride);
        Vector256<float> r4 = Row(from, 4 * fromStride), r5 = Row(from, 5 * fromStride), r6 = Row(from, 6 * fromStride), r7 = Row(from, 7 * fromStride);
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44), b1 = Avx.Shuffle(a0, a2, 0xEE), b2 = Avx.Shuffle(a1, a3, 0x44), b3 = Avx.Shuffle(a1, a3, 0xEE);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44), b5 = Avx.Shuffle(a4, a6, 0xEE), b6 = Avx.Shuffle(a5, a7, 0x44), b7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(b0, b4, 0x20).CopyTo(to);
        Avx.Permute2x128(b1, b5, 0x20).CopyTo(to[toStride..]);
        Avx.Permute2x128(b2, b6, 0x20).CopyTo(to[(2 * toStride)..]);
        Avx.Permute2x128(b3, b7, 0x20).CopyTo(to[(3 * toStride)..]);
        Avx.Permute2x128(b0, b4, 0x31).CopyTo(to[(4 * toStride)..]);
        Avx.Permute2x128(b1, b5, 0x31).CopyTo(to[(5 * toStride)..]);
        Avx.Permute2x128(b2, b6, 0x31).CopyTo(to[(6 * toStride)..]);
        Avx.Permute2x128(b3, b7, 0x31).CopyTo(to[(7 * toStride)..]);

        static Vector256<float> Row(ReadOnlySpan<float> rows, int at) => Vector256.Create(rows[at..]);
    }
}
