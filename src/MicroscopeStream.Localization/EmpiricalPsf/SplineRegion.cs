using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// A PSF and its derivatives over a square region of pixels. A spline's weights are the same for every pixel of a region, so depth,
/// rows and columns are collapsed one after the other, a vector of columns at a time.
/// </summary>
/// <remarks>Holds its working memory, so one instance belongs to one thread at a time.</remarks>
internal sealed class SplineRegion
{
    private readonly SplinePsf _psf;
    private readonly int _size;
    private readonly int _columns;
    private readonly float[] _plane;
    private readonly float[] _planeZ;
    private readonly float[] _row;
    private readonly float[] _weights = new float[24];

    /// <summary>Makes room for regions of one size.</summary>
    public SplineRegion(SplinePsf psf, int size)
    {
        int lanes = Vector<float>.Count;
        (_psf, _size) = (psf, size);
        Stride = (size + lanes - 1) / lanes * lanes;
        _columns = Stride + Math.Max(lanes, 4);
        _columns = (_columns + lanes - 1) / lanes * lanes;
        _plane = new float[(size + 3) * _columns];
        _planeZ = new float[(size + 3) * _columns];
        _row = new float[3 * _columns];
        (Value, ByX, ByY, ByZ) = (new float[size * Stride], new float[size * Stride], new float[size * Stride], new float[size * Stride]);
    }

    /// <summary>Elements from row to row: the region's edge, filled up to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>Share of an emitter's photons in each pixel.</summary>
    public float[] Value { get; }

    /// <summary>Derivative of <see cref="Value"/> by the emitter's column, 1/px.</summary>
    public float[] ByX { get; }

    /// <summary>Derivative by the emitter's row, 1/px.</summary>
    public float[] ByY { get; }

    /// <summary>Derivative by the emitter's depth, 1/nm.</summary>
    public float[] ByZ { get; }

    /// <summary>Evaluates the PSF.</summary>
    /// <param name="x">Column of the emitter, px from the region's corner, within the region.</param>
    /// <param name="y">Row of the emitter.</param>
    /// <param name="zNm">Depth, nm; beyond the range that at its end.</param>
    /// <param name="derivatives">Whether these are wanted too.</param>
    public void Evaluate(double x, double y, double zNm, bool derivatives)
    {
        Span<float> w = _weights;
        double centre = (_psf.Size - 1) / 2.0, ux = 0.5 - x + centre, uy = 0.5 - y + centre;
        int ix = (int)Math.Floor(ux), iy = (int)Math.Floor(uy), iz = _psf.Plane(zNm, out double fz);
        CubicBSpline.Weights(ux - ix, w[..4]);
        CubicBSpline.Slopes(ux - ix, w[4..8]);
        CubicBSpline.Weights(uy - iy, w[8..12]);
        CubicBSpline.Slopes(uy - iy, w[12..16]);
        CubicBSpline.Weights(fz, w[16..20]);
        CubicBSpline.Slopes(fz, w[20..24]);
        CollapseDepth(ix, iy, iz, derivatives);
        for (int row = 0; row < _size; row++)
        {
            CollapseRows(row, derivatives);
            CollapseColumns(row, derivatives);
        }
    }

    private void CollapseDepth(int ix, int iy, int iz, bool derivatives)
    {
        int padded = _psf.PaddedSize, lanes = Vector<float>.Count;
        ref float source = ref MemoryMarshal.GetReference(_psf.Padded);
        ref float plane = ref MemoryMarshal.GetArrayDataReference(_plane), planeZ = ref MemoryMarshal.GetArrayDataReference(_planeZ);
        Vector<float> w0 = new(_weights[16]), w1 = new(_weights[17]), w2 = new(_weights[18]), w3 = new(_weights[19]);
        float perNm = (float)(1 / _psf.KnotStepNm);
        Vector<float> s0 = new(_weights[20] * perNm), s1 = new(_weights[21] * perNm), s2 = new(_weights[22] * perNm), s3 = new(_weights[23] * perNm);
        nuint step = (nuint)(padded * padded);
        for (int row = 0; row < _size + 3; row++)
        {
            int start = ((((iz - 1) * padded) + iy - 1 + row + SplinePsf.Margin) * padded) + ix - 1 + SplinePsf.Margin;
            for (int column = 0; column < _columns; column += lanes)
            {
                nuint from = (nuint)(start + column), to = (nuint)((row * _columns) + column);
                Vector<float> a = Vector.LoadUnsafe(ref source, from), b = Vector.LoadUnsafe(ref source, from + step);
                Vector<float> c = Vector.LoadUnsafe(ref source, from + (2 * step)), d = Vector.LoadUnsafe(ref source, from + (3 * step));
                ((a * w0) + (b * w1) + (c * w2) + (d * w3)).StoreUnsafe(ref plane, to);
                if (derivatives)
                {
                    ((a * s0) + (b * s1) + (c * s2) + (d * s3)).StoreUnsafe(ref planeZ, to);
                }
            }
        }
    }

    private void CollapseRows(int row, bool derivatives)
    {
        int lanes = Vector<float>.Count;
        nuint columns = (nuint)_columns, start = (nuint)(row * _columns);
        ref float plane = ref MemoryMarshal.GetArrayDataReference(_plane), planeZ = ref MemoryMarshal.GetArrayDataReference(_planeZ);
        ref float line = ref MemoryMarshal.GetArrayDataReference(_row);
        Vector<float> w0 = new(_weights[8]), w1 = new(_weights[9]), w2 = new(_weights[10]), w3 = new(_weights[11]);
        Vector<float> s0 = new(_weights[12]), s1 = new(_weights[13]), s2 = new(_weights[14]), s3 = new(_weights[15]);
        for (nuint column = 0; column < columns; column += (nuint)lanes)
        {
            nuint from = start + column;
            Vector<float> a = Vector.LoadUnsafe(ref plane, from), b = Vector.LoadUnsafe(ref plane, from + columns);
            Vector<float> c = Vector.LoadUnsafe(ref plane, from + (2 * columns)), d = Vector.LoadUnsafe(ref plane, from + (3 * columns));
            ((a * w0) + (b * w1) + (c * w2) + (d * w3)).StoreUnsafe(ref line, column);
            if (derivatives)
            {
                ((a * s0) + (b * s1) + (c * s2) + (d * s3)).StoreUnsafe(ref line, columns + column);
                Vector<float> e = Vector.LoadUnsafe(ref planeZ, from), f = Vector.LoadUnsafe(ref planeZ, from + columns);
                Vector<float> g = Vector.LoadUnsafe(ref planeZ, from + (2 * columns)), h = Vector.LoadUnsafe(ref planeZ, from + (3 * columns));
                ((e * w0) + (f * w1) + (g * w2) + (h * w3)).StoreUnsafe(ref line, (2 * columns) + column);
            }
        }
    }

    private void CollapseColumns(int row, bool derivatives)
    {
        int lanes = Vector<float>.Count;
        ref float line = ref MemoryMarshal.GetArrayDataReference(_row);
        Vector<float> w0 = new(_weights[0]), w1 = new(_weights[1]), w2 = new(_weights[2]), w3 = new(_weights[3]);
        Vector<float> s0 = new(_weights[4]), s1 = new(_weights[5]), s2 = new(_weights[6]), s3 = new(_weights[7]);
        for (int column = 0; column < Stride; column += lanes)
        {
            nuint from = (nuint)column, to = (nuint)((row * Stride) + column);
            Sum(ref line, from, w0, w1, w2, w3).StoreUnsafe(ref Value[0], to);
            if (derivatives)
            {
                // The PSF moves with the emitter, so the derivatives by its position are those of the spline turned round.
                (-Sum(ref line, from, s0, s1, s2, s3)).StoreUnsafe(ref ByX[0], to);
                (-Sum(ref line, (nuint)_columns + from, w0, w1, w2, w3)).StoreUnsafe(ref ByY[0], to);
                Sum(ref line, (nuint)(2 * _columns) + from, w0, w1, w2, w3).StoreUnsafe(ref ByZ[0], to);
            }
        }
    }

    private static Vector<float> Sum(ref float line, nuint from, Vector<float> w0, Vector<float> w1, Vector<float> w2, Vector<float> w3) =>
        (Vector.LoadUnsafe(ref line, from) * w0) + (Vector.LoadUnsafe(ref line, from + 1) * w1)
        + (Vector.LoadUnsafe(ref line, from + 2) * w2) + (Vector.LoadUnsafe(ref line, from + 3) * w3);
}
