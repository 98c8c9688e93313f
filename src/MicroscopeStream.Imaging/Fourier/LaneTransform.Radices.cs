using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroscopeStream.Imaging.Fourier;

/// <content>Passes of radix 3 and 5 with their symmetric sums written out: a third of the products of the general pass.</content>
internal sealed partial class LaneTransform
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three(
        Vector<float>[] fromRe, Vector<float>[] fromIm, Vector<float>[] toRe, Vector<float>[] toIm, int m, int s, (float Re, float Im)[] twiddles)
    {
        int third = m * s;
        Vector<float> half = new(0.5f), sine = new(MathF.Sqrt(0.75f));
        for (int p = 0; p < m; p++)
        {
            (float r1, float i1) = twiddles[(3 * p) + 1];
            (float r2, float i2) = twiddles[(3 * p) + 2];
            Vector<float> w1r = new(r1), w1i = new(i1), w2r = new(r2), w2i = new(i2);
            ref Vector<float> xr = ref fromRe[p * s], xi = ref fromIm[p * s];
            ref Vector<float> yr = ref toRe[3 * p * s], yi = ref toIm[3 * p * s];
            for (int q = 0; q < s; q++)
            {
                Vector<float> ar = Unsafe.Add(ref xr, q), ai = Unsafe.Add(ref xi, q);
                Vector<float> br = Unsafe.Add(ref xr, q + third), bi = Unsafe.Add(ref xi, q + third);
                Vector<float> cr = Unsafe.Add(ref xr, q + (2 * third)), ci = Unsafe.Add(ref xi, q + (2 * third));
                Vector<float> sumR = br + cr, sumI = bi + ci, turnR = (bi - ci) * sine, turnI = (cr - br) * sine;
                Vector<float> midR = ar - (sumR * half), midI = ai - (sumI * half);
                Unsafe.Add(ref yr, q) = ar + sumR;
                Unsafe.Add(ref yi, q) = ai + sumI;
                Store(ref yr, ref yi, q + s, midR + turnR, midI + turnI, w1r, w1i);
                Store(ref yr, ref yi, q + (2 * s), midR - turnR, midI - turnI, w2r, w2i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Five(
        Vector<float>[] fromRe, Vector<float>[] fromIm, Vector<float>[] toRe, Vector<float>[] toIm, int m, int s, (float Re, float Im)[] twiddles)
    {
        int fifth = m * s;
        Vector<float> c1 = new(MathF.Cos(2 * MathF.PI / 5)), c2 = new(MathF.Cos(4 * MathF.PI / 5));
        Vector<float> s1 = new(MathF.Sin(2 * MathF.PI / 5)), s2 = new(MathF.Sin(4 * MathF.PI / 5));
        for (int p = 0; p < m; p++)
        {
            ReadOnlySpan<(float Re, float Im)> w = twiddles.AsSpan(5 * p, 5);
            Vector<float> w1r = new(w[1].Re), w1i = new(w[1].Im), w2r = new(w[2].Re), w2i = new(w[2].Im);
            Vector<float> w3r = new(w[3].Re), w3i = new(w[3].Im), w4r = new(w[4].Re), w4i = new(w[4].Im);
            ref Vector<float> xr = ref fromRe[p * s], xi = ref fromIm[p * s];
            ref Vector<float> yr = ref toRe[5 * p * s], yi = ref toIm[5 * p * s];
            for (int q = 0; q < s; q++)
            {
                Vector<float> ar = Unsafe.Add(ref xr, q), ai = Unsafe.Add(ref xi, q);
                Vector<float> br = Unsafe.Add(ref xr, q + fifth), bi = Unsafe.Add(ref xi, q + fifth);
                Vector<float> cr = Unsafe.Add(ref xr, q + (2 * fifth)), ci = Unsafe.Add(ref xi, q + (2 * fifth));
                Vector<float> dr = Unsafe.Add(ref xr, q + (3 * fifth)), di = Unsafe.Add(ref xi, q + (3 * fifth));
                Vector<float> er = Unsafe.Add(ref xr, q + (4 * fifth)), ei = Unsafe.Add(ref xi, q + (4 * fifth));
                Vector<float> beR = br + er, beI = bi + ei, cdR = cr + dr, cdI = ci + di;
                Vector<float> dbR = br - er, dbI = bi - ei, dcR = cr - dr, dcI = ci - di;
                Vector<float> p1r = ar + (beR * c1) + (cdR * c2), p1i = ai + (beI * c1) + (cdI * c2);
                Vector<float> p2r = ar + (beR * c2) + (cdR * c1), p2i = ai + (beI * c2) + (cdI * c1);
                Vector<float> t1r = (dbI * s1) + (dcI * s2), t1i = -((dbR * s1) + (dcR * s2));
                Vector<float> t2r = (dbI * s2) - (dcI * s1), t2i = (dcR * s1) - (dbR * s2);
                Unsafe.Add(ref yr, q) = ar + beR + cdR;
                Unsafe.Add(ref yi, q) = ai + beI + cdI;
                Store(ref yr, ref yi, q + s, p1r + t1r, p1i + t1i, w1r, w1i);
                Store(ref yr, ref yi, q + (2 * s), p2r + t2r, p2i + t2i, w2r, w2i);
                Store(ref yr, ref yi, q + (3 * s), p2r - t2r, p2i - t2i, w3r, w3i);
                Store(ref yr, ref yi, q + (4 * s), p1r - t1r, p1i - t1i, w4r, w4i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        ref Vector<float> re, ref Vector<float> im, int at, Vector<float> r, Vector<float> i, Vector<float> twiddleR, Vector<float> twiddleI)
    {
        Unsafe.Add(ref re, at) = (r * twiddleR) - (i * twiddleI);
        Unsafe.Add(ref im, at) = (r * twiddleI) + (i * twiddleR);
    }
}
