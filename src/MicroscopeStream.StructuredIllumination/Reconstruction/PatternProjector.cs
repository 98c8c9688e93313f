using System.Numerics;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// The forward model on a grid twice as fine, and its transpose: an object times a frame's pattern, through the lens and over the camera's
/// pixels, sampled at their centres; and back. Both grids are somewhat larger than the field, so that what lies beside it has its place
/// and opposite edges stay apart; the second half of the gap lies before the first pixel.
/// </summary>
/// <remarks>Not thread-safe. Allocates nothing after construction.</remarks>
internal sealed class PatternProjector
{
    private const int LeastGap = 12;

    /// <summary>Patterns are never taken for darker than this, so that no place is taken for dark altogether.</summary>
    private const float LeastLight = 0.05f;

    private const int RowsPerPart = 32;
    private readonly PixelGrid _camera;
    private readonly IlluminationPattern _pattern;
    private readonly WorkCrew? _crew;
    private readonly RealFourierTransform2D _fine;
    private readonly RealFourierTransform2D _coarse;
    private readonly float[] _fineRe;
    private readonly float[] _fineIm;
    private readonly float[] _coarseRe;
    private readonly float[] _coarseIm;
    private readonly float[] _transferRe;
    private readonly float[] _transferIm;
    private readonly float[] _lit;
    private readonly (float[] Cos, float[] Sin)[] _waves;
    private readonly double[] _placesY;
    private readonly float[][] _rows;
    private readonly Action<int, int> _multiply;
    private readonly Action<int, int> _gather;
    private readonly Action<int, int> _down;
    private readonly Action<int, int> _up;
    private int _frame;
    private float[] _from = [];
    private float[] _to = [];

    public PatternProjector(PixelGrid camera, IlluminationPattern pattern, OpticalTransfer transfer, WorkCrew? crew)
    {
        (_camera, _pattern, _crew) = (camera, pattern, crew);
        (Width, Height) = (FourierSizes.AtLeast(camera.Width + LeastGap), FourierSizes.AtLeast(camera.Height + LeastGap));

        // The highest frequency that the coarse grid can hold stands for two directions at once: it is left out.
        _fine = new RealFourierTransform2D(2 * Width, 2 * Height, Width / 2, crew);
        _coarse = new RealFourierTransform2D(Width, Height, Width / 2, crew);
        (_fineRe, _fineIm) = (new float[_fine.SpectrumLength], new float[_fine.SpectrumLength]);
        (_coarseRe, _coarseIm) = (new float[_coarse.SpectrumLength], new float[_coarse.SpectrumLength]);
        (_transferRe, _transferIm) = (new float[_coarse.SpectrumLength], new float[_coarse.SpectrumLength]);
        MakeTransfer(transfer);
        _lit = new float[4 * Width * Height];
        _placesY = Places(camera.Height, Height);
        _waves = MakeWaves();
        _rows = [.. Enumerable.Range(0, crew?.Workers ?? 1).Select(_ => new float[2 * Width])];
        (_multiply, _gather, _down, _up) = (MultiplyRows, GatherRows, DownRows, UpRows);
    }

    /// <summary>Columns of the coarse grid; the fine one has twice as many.</summary>
    public int Width { get; }

    /// <summary>Rows of the coarse grid; the fine one has twice as many.</summary>
    public int Height { get; }

    /// <summary>Calls work for parts of rows, on the crew where there is one.</summary>
    public void Run(int rows, Action<int, int> work)
    {
        int parts = (rows + RowsPerPart - 1) / RowsPerPart;
        for (int part = 0; _crew is null && part < parts; part++)
        {
            work(part, 0);
        }

        _crew?.Run(parts, work);
    }

    /// <summary>The rows of a part.</summary>
    public static (int First, int End) RowsOf(int part, int rows) => (part * RowsPerPart, Math.Min(rows, (part + 1) * RowsPerPart));

    /// <summary>What the camera sees of an object in a frame: an even object of 1 under an even light of 1 gives 1.</summary>
    /// <param name="frame">Frame of the group.</param>
    /// <param name="fine">The object on the fine grid.</param>
    /// <param name="coarse">Gets it on the coarse grid.</param>
    public void Project(int frame, float[] fine, float[] coarse)
    {
        (_frame, _from) = (frame, fine);
        Run(2 * Height, _multiply);
        _fine.Forward(_lit, _fineRe, _fineIm);
        Run(Height, _down);
        _coarse.Inverse(_coarseRe, _coarseIm, coarse);
    }

    /// <summary>Adds a frame's share of the transpose, times 4: for an even 1 under an even light of 1, that is 1.</summary>
    /// <param name="frame">Frame of the group.</param>
    /// <param name="coarse">On the coarse grid.</param>
    /// <param name="sum">Is added to, on the fine grid.</param>
    public void AddBack(int frame, float[] coarse, float[] sum)
    {
        Spread(coarse, _lit);
        AddLit(frame, _lit, sum);
    }

    /// <summary>The transpose, times 4, without any pattern.</summary>
    public void Spread(float[] coarse, float[] fine)
    {
        _coarse.Forward(coarse, _coarseRe, _coarseIm);
        Run(Height, _up);
        int start = Height / 2 * _fine.Stride, length = (Height + 1) * _fine.Stride;
        Array.Clear(_fineRe, start, length);
        Array.Clear(_fineIm, start, length);
        _fine.Inverse(_fineRe, _fineIm, fine);
    }

    /// <summary>Adds an image on the fine grid under a frame's pattern.</summary>
    public void AddLit(int frame, float[] fine, float[] sum)
    {
        (_frame, _from, _to) = (frame, fine, sum);
        Run(2 * Height, _gather);
    }

    /// <summary>Carries on the camera's pixels of the fine grid into the gap: its first half from the end, the second from the beginning.</summary>
    public void FillGap(float[] fine)
    {
        int width = 2 * Width, w = 2 * _camera.Width, h = 2 * _camera.Height;
        for (int y = 0; y < h; y++)
        {
            Span<float> row = fine.AsSpan(y * width, width);
            row[w..((w + width) / 2)].Fill(row[w - 1]);
            row[((w + width) / 2)..].Fill(row[0]);
        }

        for (int y = h; y < 2 * Height; y++)
        {
            fine.AsSpan((y < (h + (2 * Height)) / 2 ? h - 1 : 0) * width, width).CopyTo(fine.AsSpan(y * width));
        }
    }

    // Centres of fine pixels, in camera pixels from the centre of the first one.
    private static double[] Places(int camera, int whole)
    {
        double middle = camera - 0.5 + ((whole - camera) / 2.0);
        return [.. Enumerable.Range(0, 2 * whole).Select(i => (i - 0.5) / 2).Select(at => at > middle ? at - whole : at)];
    }

    private (float[] Cos, float[] Sin)[] MakeWaves()
    {
        double[] places = Places(_camera.Width, Width);
        return [.. _pattern.Components.Select(p =>
        {
            double step = 2e-3 * Math.PI * p.Kx * _camera.PixelSizeNm;
            return (places.Select(at => (float)Math.Cos(step * at)).ToArray(), places.Select(at => (float)Math.Sin(step * at)).ToArray());
        })];
    }

    // Lens and pixels, and the step from fine pixels' centres to the camera's, a quarter of a camera pixel further.
    private void MakeTransfer(OpticalTransfer transfer)
    {
        double perUm = 1000 / _camera.PixelSizeNm;
        for (int row = 0; row < Height; row++)
        {
            double fy = (double)(row < Height / 2 ? row : row - Height) / Height;
            for (int u = 0; u < _coarse.Columns && row != Height / 2; u++)
            {
                double fx = (double)u / Width;
                double value = transfer.At(fx * perUm, fy * perUm) * Sinc(fx) * Sinc(fy);
                (double s, double c) = Math.SinCos(0.5 * Math.PI * (fx + fy));
                _transferRe[(row * _coarse.Stride) + u] = (float)(value * c);
                _transferIm[(row * _coarse.Stride) + u] = (float)(value * s);
            }
        }

        static double Sinc(double f) => f == 0 ? 1 : Math.Sin(Math.PI * f) / (Math.PI * f);
    }

    private int FineRow(int row) => row < Height / 2 ? row : row + Height;

    // The coarse inverse divides by a quarter of what the fine one does.
    private void DownRows(int part, int worker)
    {
        (int first, int end) = RowsOf(part, Height);
        for (int row = first; row < end; row++)
        {
            Multiply(_fineRe, _fineIm, FineRow(row) * _fine.Stride, _coarseRe, _coarseIm, row * _coarse.Stride, row, 0.25f, 1);
        }
    }

    private void UpRows(int part, int worker)
    {
        (int first, int end) = RowsOf(part, Height);
        for (int row = first; row < end; row++)
        {
            Multiply(_coarseRe, _coarseIm, row * _coarse.Stride, _fineRe, _fineIm, FineRow(row) * _fine.Stride, row, 4, -1);
        }
    }

    // Planes of both grids have the same stride, a whole number of vectors.
    private void Multiply(float[] re, float[] im, int from, float[] toRe, float[] toIm, int to, int row, float scale, float sign)
    {
        int at = row * _coarse.Stride;
        for (int u = 0; u < _coarse.Stride; u += Vector<float>.Count)
        {
            Vector<float> a = new(re, from + u), b = new(im, from + u), c = new Vector<float>(_transferRe, at + u) * scale, d = new Vector<float>(_transferIm, at + u) * (scale * sign);
            ((a * c) - (b * d)).CopyTo(toRe, to + u);
            ((a * d) + (b * c)).CopyTo(toIm, to + u);
        }
    }

    private void MultiplyRows(int part, int worker)
    {
        int width = 2 * Width;
        (int first, int end) = RowsOf(part, 2 * Height);
        for (int y = first; y < end; y++)
        {
            ReadOnlySpan<Vector<float>> light = MemoryMarshal.Cast<float, Vector<float>>(Light(y, worker));
            ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(_from.AsSpan(y * width, width));
            Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(_lit.AsSpan(y * width, width));
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = from[i] * light[i];
            }

            for (int x = to.Length * Vector<float>.Count; x < width; x++)
            {
                _lit[(y * width) + x] = _from[(y * width) + x] * _rows[worker][x];
            }
        }
    }

    private void GatherRows(int part, int worker)
    {
        int width = 2 * Width;
        (int first, int end) = RowsOf(part, 2 * Height);
        for (int y = first; y < end; y++)
        {
            ReadOnlySpan<Vector<float>> light = MemoryMarshal.Cast<float, Vector<float>>(Light(y, worker));
            ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(_from.AsSpan(y * width, width));
            Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(_to.AsSpan(y * width, width));
            for (int i = 0; i < to.Length; i++)
            {
                to[i] += from[i] * light[i];
            }

            for (int x = to.Length * Vector<float>.Count; x < width; x++)
            {
                _to[(y * width) + x] += _from[(y * width) + x] * _rows[worker][x];
            }
        }
    }

    // A row of a frame's pattern.
    private Span<float> Light(int y, int worker)
    {
        Span<float> row = _rows[worker];
        row.Fill(1);
        for (int i = 0; i < _pattern.Components.Count; i++)
        {
            PatternComponent p = _pattern.Components[i];
            if (p.Angle == _pattern.AngleOf(_frame))
            {
                (double s, double c) = Math.SinCos(_pattern.Phase(_frame, i) + (2e-3 * Math.PI * p.Ky * _placesY[y] * _camera.PixelSizeNm));
                AddWave(row, _waves[i], (float)(p.Modulation * c), (float)(-p.Modulation * s));
            }
        }

        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.Max(vectors[i], new Vector<float>(LeastLight));
        }

        for (int x = vectors.Length * Vector<float>.Count; x < row.Length; x++)
        {
            row[x] = Math.Max(LeastLight, row[x]);
        }

        return row;
    }

    private static void AddWave(Span<float> row, (float[] Cos, float[] Sin) wave, float cos, float sin)
    {
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(row);
        ReadOnlySpan<Vector<float>> c = MemoryMarshal.Cast<float, Vector<float>>(wave.Cos), s = MemoryMarshal.Cast<float, Vector<float>>(wave.Sin);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += (c[i] * cos) + (s[i] * sin);
        }

        for (int x = to.Length * Vector<float>.Count; x < row.Length; x++)
        {
            row[x] += (wave.Cos[x] * cos) + (wave.Sin[x] * sin);
        }
    }
}
