using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// Prolongs the steps of an iteration along the ones before them (Biggs and Andrews 1997, 10.1364/AO.36.001766, first order): the next
/// step begins at x_k + α (x_k − x_(k−1)), α the correlation of the last two corrections, 0…1, and 0 for the first two.
/// </summary>
internal sealed class Acceleration(int pixels)
{
    private readonly float[] _start = new float[pixels];
    private readonly float[] _last = new float[pixels];
    private readonly float[] _correction = new float[pixels];
    private int _steps;

    /// <summary>Iterations begin at an image.</summary>
    public void Begin(float[] image)
    {
        image.CopyTo(_start, 0);
        image.CopyTo(_last, 0);
        _steps = 0;
    }

    /// <summary>Takes what a step arrived at, and moves it to where the next begins, no darker than a least value.</summary>
    public void Prolong(float[] image, float least)
    {
        float alpha = Math.Clamp(Correlate(image), 0, 1);
        alpha = _steps++ >= 2 ? alpha : 0;
        Span<Vector<float>> at = MemoryMarshal.Cast<float, Vector<float>>(image.AsSpan());
        Span<Vector<float>> last = MemoryMarshal.Cast<float, Vector<float>>(_last.AsSpan()), start = MemoryMarshal.Cast<float, Vector<float>>(_start.AsSpan());
        for (int i = 0; i < at.Length; i++)
        {
            Vector<float> now = at[i];
            at[i] = start[i] = Vector.Max(now + ((now - last[i]) * alpha), new Vector<float>(least));
            last[i] = now;
        }

        for (int i = at.Length * Vector<float>.Count; i < image.Length; i++)
        {
            float now = image[i];
            image[i] = _start[i] = Math.Max(now + ((now - _last[i]) * alpha), least);
            _last[i] = now;
        }
    }

    // Sums of rows in single, of all in double precision.
    private float Correlate(float[] image)
    {
        double both = 0, before = 0;
        const int chunk = 1024;
        for (int first = 0; first < image.Length; first += chunk)
        {
            int length = Math.Min(chunk, image.Length - first);
            Span<float> now = image.AsSpan(first, length), start = _start.AsSpan(first, length), correction = _correction.AsSpan(first, length);
            Span<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(now), s = MemoryMarshal.Cast<float, Vector<float>>(start), c = MemoryMarshal.Cast<float, Vector<float>>(correction);
            Vector<float> sumBoth = Vector<float>.Zero, sumBefore = Vector<float>.Zero;
            for (int i = 0; i < x.Length; i++)
            {
                Vector<float> change = x[i] - s[i];
                sumBoth += change * c[i];
                sumBefore += c[i] * c[i];
                c[i] = change;
            }

            (both, before) = (both + Vector.Sum(sumBoth), before + Vector.Sum(sumBefore));
            for (int i = x.Length * Vector<float>.Count; i < length; i++)
            {
                float change = now[i] - start[i];
                (both, before) = (both + (change * correction[i]), before + (correction[i] * correction[i]));
                correction[i] = change;
            }
        }

        return before > 0 ? (float)(both / before) : 0;
    }
}
