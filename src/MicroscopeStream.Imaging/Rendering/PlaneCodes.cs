using System.Runtime.Intrinsics;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>Intensities as 8-bit codes of a display range, many at a time.</summary>
internal static class PlaneCodes
{
    /// <summary>Writes codes, rounded; 0 for NaN and everywhere in an empty range.</summary>
    public static void Write(ReadOnlySpan<float> values, DisplayRange range, Span<byte> codes)
    {
        if (!(range.Max > range.Min))
        {
            codes[..values.Length].Clear();
            return;
        }

        float scale = (float)(byte.MaxValue / ((double)range.Max - range.Min));
        int at = 0;
        for (; at <= values.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            Vector256<byte> packed = Vector256.Narrow(
                Vector256.Narrow(Codes(values[at..], range.Min, scale), Codes(values[(at + 8)..], range.Min, scale)).AsUInt16(),
                Vector256.Narrow(Codes(values[(at + 16)..], range.Min, scale), Codes(values[(at + 24)..], range.Min, scale)).AsUInt16());
            packed.CopyTo(codes[at..]);
        }

        for (; at < values.Length; at++)
        {
            float value = (values[at] - range.Min) * scale;
            codes[at] = value > 0 ? (byte)(Math.Min(value, byte.MaxValue) + 0.5f) : (byte)0;
        }
    }

    private static Vector256<int> Codes(ReadOnlySpan<float> values, float min, float scale)
    {
        Vector256<float> value = (Vector256.Create(values) - Vector256.Create(min)) * Vector256.Create(scale);

        // A comparison with NaN is false, and what is false becomes 0.
        value = Vector256.ConditionalSelect(Vector256.GreaterThan(value, Vector256<float>.Zero), value, Vector256<float>.Zero);
        return Vector256.ConvertToInt32Native(Vector256.MinNative(value, Vector256.Create((float)byte.MaxValue)) + Vector256.Create(0.5f));
    }
}
