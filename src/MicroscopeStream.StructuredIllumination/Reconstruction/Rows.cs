using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>Loops over rows, a vector at a time. All spans of a call are of one length.</summary>
internal static class Rows
{
    /// <summary>Sum of a row.</summary>
    public static float Sum(ReadOnlySpan<float> row)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        Vector<float> sum = Vector<float>.Zero;
        foreach (Vector<float> value in vectors)
        {
            sum += value;
        }

        float total = Vector.Sum(sum);
        for (int i = vectors.Length * Vector<float>.Count; i < row.Length; i++)
        {
            total += row[i];
        }

        return total;
    }

    /// <summary>to = (from − level) × weight.</summary>
    public static void Shift(ReadOnlySpan<float> from, float level, float weight, Span<float> to)
    {
        ReadOnlySpan<Vector<float>> f = MemoryMarshal.Cast<float, Vector<float>>(from);
        Span<Vector<float>> t = MemoryMarshal.Cast<float, Vector<float>>(to);
        var less = new Vector<float>(level);
        for (int i = 0; i < t.Length; i++)
        {
            t[i] = (f[i] - less) * weight;
        }

        for (int i = t.Length * Vector<float>.Count; i < to.Length; i++)
        {
            to[i] = (from[i] - level) * weight;
        }
    }

    /// <summary>to += from.</summary>
    public static void Add(ReadOnlySpan<float> from, Span<float> to)
    {
        ReadOnlySpan<Vector<float>> f = MemoryMarshal.Cast<float, Vector<float>>(from);
        Span<Vector<float>> t = MemoryMarshal.Cast<float, Vector<float>>(to);
        for (int i = 0; i < t.Length; i++)
        {
            t[i] += f[i];
        }

        for (int i = t.Length * Vector<float>.Count; i < to.Length; i++)
        {
            to[i] += from[i];
        }
    }

    /// <summary>to += from × factor.</summary>
    public static void AddScaled(ReadOnlySpan<float> from, float factor, Span<float> to)
    {
        ReadOnlySpan<Vector<float>> f = MemoryMarshal.Cast<float, Vector<float>>(from);
        Span<Vector<float>> t = MemoryMarshal.Cast<float, Vector<float>>(to);
        for (int i = 0; i < t.Length; i++)
        {
            t[i] += f[i] * factor;
        }

        for (int i = t.Length * Vector<float>.Count; i < to.Length; i++)
        {
            to[i] += from[i] * factor;
        }
    }

    /// <summary>to = a × b × factor.</summary>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float factor, Span<float> to)
    {
        ReadOnlySpan<Vector<float>> va = MemoryMarshal.Cast<float, Vector<float>>(a), vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        Span<Vector<float>> t = MemoryMarshal.Cast<float, Vector<float>>(to);
        for (int i = 0; i < t.Length; i++)
        {
            t[i] = va[i] * vb[i] * factor;
        }

        for (int i = t.Length * Vector<float>.Count; i < to.Length; i++)
        {
            to[i] = a[i] * b[i] * factor;
        }
    }

    /// <summary>share becomes weights × values; sum changes by as much; values become the sum, rounded.</summary>
    public static void Replace(ReadOnlySpan<float> weights, Span<float> values, Span<float> share, Span<double> sum)
    {
        ReadOnlySpan<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(values), s = MemoryMarshal.Cast<float, Vector<float>>(share);
        Span<Vector<double>> t = MemoryMarshal.Cast<double, Vector<double>>(sum);
        for (int i = 0; i < s.Length; i++)
        {
            Vector<float> now = w[i] * v[i];
            Vector.Widen(now, out Vector<double> lower, out Vector<double> upper);
            Vector.Widen(s[i], out Vector<double> oldLower, out Vector<double> oldUpper);
            lower = t[2 * i] + (lower - oldLower);
            upper = t[(2 * i) + 1] + (upper - oldUpper);
            (t[2 * i], t[(2 * i) + 1]) = (lower, upper);
            s[i] = now;
            v[i] = Vector.Narrow(lower, upper);
        }

        for (int i = s.Length * Vector<float>.Count; i < share.Length; i++)
        {
            float now = weights[i] * values[i];
            sum[i] += (double)now - share[i];
            share[i] = now;
            values[i] = (float)sum[i];
        }
    }

    /// <summary>to = from × ramp × turn × filter, complex numbers in planes but for the filter.</summary>
    public static void Turn(
        ReadOnlySpan<float> re, ReadOnlySpan<float> im, ReadOnlySpan<float> rampRe, ReadOnlySpan<float> rampIm, float turnRe, float turnIm,
        ReadOnlySpan<float> filter, Span<float> toRe, Span<float> toIm)
    {
        ReadOnlySpan<Vector<float>> r = MemoryMarshal.Cast<float, Vector<float>>(re), i = MemoryMarshal.Cast<float, Vector<float>>(im), f = MemoryMarshal.Cast<float, Vector<float>>(filter);
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(rampRe), y = MemoryMarshal.Cast<float, Vector<float>>(rampIm);
        Span<Vector<float>> tr = MemoryMarshal.Cast<float, Vector<float>>(toRe), ti = MemoryMarshal.Cast<float, Vector<float>>(toIm);
        for (int u = 0; u < tr.Length; u++)
        {
            Vector<float> cRe = ((x[u] * turnRe) - (y[u] * turnIm)) * f[u], cIm = ((y[u] * turnRe) + (x[u] * turnIm)) * f[u];
            tr[u] = (r[u] * cRe) - (i[u] * cIm);
            ti[u] = (r[u] * cIm) + (i[u] * cRe);
        }

        for (int u = tr.Length * Vector<float>.Count; u < toRe.Length; u++)
        {
            float cRe = ((rampRe[u] * turnRe) - (rampIm[u] * turnIm)) * filter[u], cIm = ((rampIm[u] * turnRe) + (rampRe[u] * turnIm)) * filter[u];
            toRe[u] = (re[u] * cRe) - (im[u] * cIm);
            toIm[u] = (re[u] * cIm) + (im[u] * cRe);
        }
    }
}
