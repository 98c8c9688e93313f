using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroscopeStream.Imaging.Fourier;

/// <summary>
/// Forward Fourier transforms of as many sequences side by side as a vector has lanes: element i of all of them is one vector, so
/// that every butterfly is vectorized without moving data between lanes. Stockham's self-sorting passes of radix 4, 2, 3, 5 … 13;
/// lengths with larger prime factors by Bluestein's chirp.
/// </summary>
internal sealed partial class LaneTransform
{
    private readonly FourierFactors _factors;
    private readonly Vector<float>[] _otherRe;
    private readonly Vector<float>[] _otherIm;
    private readonly Chirp? _chirp;

    public LaneTransform(int length)
    {
        _factors = FourierFactors.Of(length);
        (Re, Im) = (new Vector<float>[length], new Vector<float>[length]);
        _chirp = _factors.IsSmooth ? null : new Chirp(length);
        (_otherRe, _otherIm) = _factors.IsSmooth ? (new Vector<float>[length], new Vector<float>[length]) : ([], []);
    }

    /// <summary>Real parts: filled before <see cref="Transform"/>, holding the result after it.</summary>
    public Vector<float>[] Re { get; private set; }

    /// <summary>Imaginary parts.</summary>
    public Vector<float>[] Im { get; private set; }

    /// <summary>Σ x[j] exp(−2πi·j·k / n) for each lane.</summary>
    public void Transform()
    {
        if (_chirp is not null)
        {
            _chirp.Transform(Re, Im);
            return;
        }

        (Vector<float>[] fromRe, Vector<float>[] fromIm) = (Re, Im);
        (Vector<float>[] toRe, Vector<float>[] toIm) = (_otherRe, _otherIm);
        int remaining = _factors.Length, stride = 1;
        for (int pass = 0; pass < _factors.Radices.Length; pass++)
        {
            int radix = _factors.Radices[pass], m = remaining / radix;
            (float Re, float Im)[] twiddles = _factors.Twiddles[pass];
            switch (radix)
            {
                case 4:
                    Four(fromRe, fromIm, toRe, toIm, m, stride, twiddles);
                    break;
                case 3:
                    Three(fromRe, fromIm, toRe, toIm, m, stride, twiddles);
                    break;
                case 5:
                    Five(fromRe, fromIm, toRe, toIm, m, stride, twiddles);
                    break;
                case 2:
                    Two(fromRe, fromIm, toRe, toIm, m, stride, twiddles);
                    break;
                default:
                    Any(fromRe, fromIm, toRe, toIm, m, stride, twiddles, _factors.Roots[radix]);
                    break;
            }

            (fromRe, fromIm, toRe, toIm) = (toRe, toIm, fromRe, fromIm);
            remaining = m;
            stride *= radix;
        }

        if (!ReferenceEquals(fromRe, Re))
        {
            // The working memory changes roles instead of being copied.
            fromRe.CopyTo(Re, 0);
            fromIm.CopyTo(Im, 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(
        Vector<float>[] fromRe, Vector<float>[] fromIm, Vector<float>[] toRe, Vector<float>[] toIm, int m, int s, (float Re, float Im)[] twiddles)
    {
        int quarter = m * s;
        for (int p = 0; p < m; p++)
        {
            (float r1, float i1) = twiddles[(4 * p) + 1];
            (float r2, float i2) = twiddles[(4 * p) + 2];
            (float r3, float i3) = twiddles[(4 * p) + 3];
            Vector<float> w1r = new(r1), w1i = new(i1), w2r = new(r2), w2i = new(i2), w3r = new(r3), w3i = new(i3);
            ref Vector<float> xr = ref fromRe[p * s], xi = ref fromIm[p * s];
            ref Vector<float> yr = ref toRe[4 * p * s], yi = ref toIm[4 * p * s];
            for (int q = 0; q < s; q++)
            {
                Vector<float> ar = Unsafe.Add(ref xr, q), ai = Unsafe.Add(ref xi, q);
                Vector<float> br = Unsafe.Add(ref xr, q + quarter), bi = Unsafe.Add(ref xi, q + quarter);
                Vector<float> cr = Unsafe.Add(ref xr, q + (2 * quarter)), ci = Unsafe.Add(ref xi, q + (2 * quarter));
                Vector<float> dr = Unsafe.Add(ref xr, q + (3 * quarter)), di = Unsafe.Add(ref xi, q + (3 * quarter));
                Vector<float> apcR = ar + cr, apcI = ai + ci, amcR = ar - cr, amcI = ai - ci;
                Vector<float> bpdR = br + dr, bpdI = bi + di, bmdR = br - dr, bmdI = bi - di;
                Unsafe.Add(ref yr, q) = apcR + bpdR;
                Unsafe.Add(ref yi, q) = apcI + bpdI;
                Vector<float> tr = amcR + bmdI, ti = amcI - bmdR;
                Unsafe.Add(ref yr, q + s) = (tr * w1r) - (ti * w1i);
                Unsafe.Add(ref yi, q + s) = (tr * w1i) + (ti * w1r);
                (tr, ti) = (apcR - bpdR, apcI - bpdI);
                Unsafe.Add(ref yr, q + (2 * s)) = (tr * w2r) - (ti * w2i);
                Unsafe.Add(ref yi, q + (2 * s)) = (tr * w2i) + (ti * w2r);
                (tr, ti) = (amcR - bmdI, amcI + bmdR);
                Unsafe.Add(ref yr, q + (3 * s)) = (tr * w3r) - (ti * w3i);
                Unsafe.Add(ref yi, q + (3 * s)) = (tr * w3i) + (ti * w3r);
            }
        }
    }

    private static void Two(
        Vector<float>[] fromRe, Vector<float>[] fromIm, Vector<float>[] toRe, Vector<float>[] toIm, int m, int s, (float Re, float Im)[] twiddles)
    {
        for (int p = 0; p < m; p++)
        {
            (float r, float i) = twiddles[(2 * p) + 1];
            Vector<float> wr = new(r), wi = new(i);
            for (int q = 0; q < s; q++)
            {
                int a = q + (s * p), b = q + (s * (p + m)), to = q + (s * 2 * p);
                Vector<float> dr = fromRe[a] - fromRe[b], di = fromIm[a] - fromIm[b];
                toRe[to] = fromRe[a] + fromRe[b];
                toIm[to] = fromIm[a] + fromIm[b];
                toRe[to + s] = (dr * wr) - (di * wi);
                toIm[to + s] = (dr * wi) + (di * wr);
            }
        }
    }

    private static void Any(
        Vector<float>[] fromRe, Vector<float>[] fromIm, Vector<float>[] toRe, Vector<float>[] toIm, int m, int s,
        (float Re, float Im)[] twiddles, (float Re, float Im)[] roots)
    {
        int radix = roots.Length;
        for (int p = 0; p < m; p++)
        {
            for (int q = 0; q < s; q++)
            {
                for (int k = 0; k < radix; k++)
                {
                    Vector<float> sumR = fromRe[q + (s * p)], sumI = fromIm[q + (s * p)];
                    for (int j = 1, root = k; j < radix; j++, root = (root + k) % radix)
                    {
                        int at = q + (s * (p + (m * j)));
                        (float rootR, float rootI) = roots[root];
                        sumR += (fromRe[at] * rootR) - (fromIm[at] * rootI);
                        sumI += (fromRe[at] * rootI) + (fromIm[at] * rootR);
                    }

                    (float r, float i) = twiddles[(p * radix) + k];
                    int to = q + (s * ((radix * p) + k));
                    toRe[to] = (sumR * r) - (sumI * i);
                    toIm[to] = (sumR * i) + (sumI * r);
                }
            }
        }
    }

    /// <summary>
    /// Any length as a convolution (Bluestein 1970, 10.1109/TAU.1970.1162132): with jk = (j² + k² − (k − j)²)/2 the transform is a
    /// product with a chirp, a convolution with its conjugate by transforms of a power of two, and a product again.
    /// </summary>
    private sealed class Chirp
    {
        private readonly int _length;
        private readonly LaneTransform _long;
        private readonly (float Re, float Im)[] _chirp;
        private readonly Vector<float>[] _kernelRe;
        private readonly Vector<float>[] _kernelIm;

        public Chirp(int length)
        {
            _length = length;
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)((2 * length) - 1));
            _long = new LaneTransform(size);
            _chirp = [.. Enumerable.Range(0, length).Select(k => FourierFactors.Root((long)k * k, 2L * length))];
            Array.Clear(_long.Re);
            Array.Clear(_long.Im);
            for (int k = 0; k < length; k++)
            {
                // The conjugate chirp, wrapped around; 1/size is the inverse transform's share.
                foreach (int at in (ReadOnlySpan<int>)[k, (size - k) % size])
                {
                    _long.Re[at] = new Vector<float>(_chirp[k].Re / size);
                    _long.Im[at] = new Vector<float>(-_chirp[k].Im / size);
                }
            }

            _long.Transform();
            (_kernelRe, _kernelIm) = ([.. _long.Re], [.. _long.Im]);
        }

        public void Transform(Vector<float>[] re, Vector<float>[] im)
        {
            (Vector<float>[] longRe, Vector<float>[] longIm) = (_long.Re, _long.Im);
            Array.Clear(longRe);
            Array.Clear(longIm);
            for (int k = 0; k < _length; k++)
            {
                longRe[k] = (re[k] * _chirp[k].Re) - (im[k] * _chirp[k].Im);
                longIm[k] = (re[k] * _chirp[k].Im) + (im[k] * _chirp[k].Re);
            }

            _long.Transform();
            for (int k = 0; k < longRe.Length; k++)
            {
                // Stored with real and imaginary part exchanged, which makes the next forward transform an inverse one.
                Vector<float> r = longRe[k], i = longIm[k];
                longIm[k] = (r * _kernelRe[k]) - (i * _kernelIm[k]);
                longRe[k] = (r * _kernelIm[k]) + (i * _kernelRe[k]);
            }

            _long.Transform();
            for (int k = 0; k < _length; k++)
            {
                Vector<float> r = longIm[k], i = longRe[k];
                re[k] = (r * _chirp[k].Re) - (i * _chirp[k].Im);
                im[k] = (r * _chirp[k].Im) + (i * _chirp[k].Re);
            }
        }
    }
}
