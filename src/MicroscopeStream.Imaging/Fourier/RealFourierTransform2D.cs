using System.Numerics;
using MicroscopeStream.Imaging.Numerics;

namespace MicroscopeStream.Imaging.Fourier;

/// <summary>
/// Two-dimensional Fourier transforms of real images: forward F[v, u] = Σ f[y, x] exp(−2πi (u·x / width + v·y / height)) for
/// u = 0…width/2, from which the other half follows as F[−v, −u] = F*[v, u]; inverse with the opposite sign, divided by the number of
/// pixels. Columns beyond <see cref="Columns"/> can be left out when nothing lies there: they cost nothing then.
/// </summary>
/// <remarks>
/// A spectrum is two planes (real, imaginary) of <see cref="SpectrumLength"/> values: F[v, u] at v × <see cref="Stride"/> + u, negative
/// v in the upper half as in NumPy. Not thread-safe: an instance keeps its working memory. Allocates nothing after construction.
/// </remarks>
public sealed unsafe class RealFourierTransform2D
{
    private const int RowsPerPart = 64;
    private readonly WorkCrew? _crew;
    private readonly RowPass[] _rows;
    private readonly LaneTransform[] _alongY;
    private readonly Action<int, int> _forwardRows;
    private readonly Action<int, int> _inverseRows;
    private readonly Action<int, int> _forwardColumns;
    private readonly Action<int, int> _inverseColumns;
    private float* _image;
    private float* _real;
    private float* _imaginary;
    private int _cutWidth;
    private int _cutHeight;

    /// <summary>Prepares transforms of a size; factors of sizes used before are shared.</summary>
    /// <param name="width">Columns of the image, ≥ 2.</param>
    /// <param name="height">Rows of the image, ≥ 1.</param>
    /// <param name="columns">Columns of the spectrum that are wanted (forward) or not zero (inverse), 1…width/2 + 1; 0: all.</param>
    /// <param name="crew">Who works on it; null: the caller alone. It stays the caller's to dispose.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public RealFourierTransform2D(int width, int height, int columns = 0, WorkCrew? crew = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, (width / 2) + 1);
        (Width, Height, _crew) = (width, height, crew);
        Columns = columns == 0 ? (width / 2) + 1 : columns;
        Stride = StrideOf(Columns);
        int workers = crew?.Workers ?? 1;
        _rows = [.. Enumerable.Range(0, workers).Select(_ => new RowPass(width, Columns))];
        _alongY = [.. Enumerable.Range(0, workers).Select(_ => new LaneTransform(height))];
        (_forwardRows, _inverseRows) = (ForwardRows, InverseRows);
        (_forwardColumns, _inverseColumns) = (ForwardColumns, InverseColumns);
    }

    /// <summary>Columns of the image.</summary>
    public int Width { get; }

    /// <summary>Rows of the image and of the spectrum.</summary>
    public int Height { get; }

    /// <summary>Columns of the spectrum, u = 0…Columns − 1.</summary>
    public int Columns { get; }

    /// <summary>Distance between rows of the spectrum, values; those beyond <see cref="Columns"/> mean nothing.</summary>
    public int Stride { get; }

    /// <summary>Values of either plane of the spectrum.</summary>
    public int SpectrumLength => Stride * Height;

    private int RowParts => PartsOf(Height);

    private int ColumnParts => (Columns + 15) / 16;

    /// <summary>The forward transform.</summary>
    /// <param name="image">Row-major (y, x), width × height; kept.</param>
    /// <param name="real">Gets the real parts.</param>
    /// <param name="imaginary">Gets the imaginary parts.</param>
    /// <exception cref="ArgumentException">A plane has another size.</exception>
    public void Forward(ReadOnlySpan<float> image, Span<float> real, Span<float> imaginary)
    {
        Check(image.Length, real.Length, imaginary.Length, Width, Height);
        fixed (float* i = image, r = real, m = imaginary)
        {
            _image = i;
            _real = r;
            _imaginary = m;
            Run(RowParts, _forwardRows);
            Run(ColumnParts, _forwardColumns);
        }
    }

    /// <summary>The inverse transform.</summary>
    /// <param name="real">Real parts; used as working memory.</param>
    /// <param name="imaginary">Imaginary parts; used as working memory.</param>
    /// <param name="image">Gets the image, row-major (y, x), width × height.</param>
    /// <exception cref="ArgumentException">A plane has another size.</exception>
    public void Inverse(Span<float> real, Span<float> imaginary, Span<float> image) => Inverse(real, imaginary, image, Width, Height);

    /// <summary>The inverse transform of which only the first rows and columns are wanted.</summary>
    /// <param name="real">Real parts; used as working memory.</param>
    /// <param name="imaginary">Imaginary parts; used as working memory.</param>
    /// <param name="image">Gets them, row-major (y, x), width × height.</param>
    /// <param name="width">Columns wanted, 1…<see cref="Width"/>.</param>
    /// <param name="height">Rows wanted, 1…<see cref="Height"/>.</param>
    /// <exception cref="ArgumentException">A plane has another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More rows or columns than there are.</exception>
    public void Inverse(Span<float> real, Span<float> imaginary, Span<float> image, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height);
        Check(image.Length, real.Length, imaginary.Length, width, height);
        (_cutWidth, _cutHeight) = (width, height);
        fixed (float* i = image, r = real, m = imaginary)
        {
            _image = i;
            _real = r;
            _imaginary = m;
            Run(ColumnParts, _inverseColumns);
            Run(PartsOf(height), _inverseRows);
        }
    }

    // Whole cache lines, and never a multiple of 512 bytes, at which the rows of a column would compete for the same cache sets.
    private static int StrideOf(int columns)
    {
        int stride = (columns + 15) & ~15;
        return stride % 128 == 0 ? stride + 16 : stride;
    }

    private static int PartsOf(int rows) => (rows + RowsPerPart - 1) / RowsPerPart;

    private void Check(int image, int real, int imaginary, int width, int height)
    {
        if (image != width * height || real != SpectrumLength || imaginary != SpectrumLength)
        {
            throw new ArgumentException(
                $"An image of {image} and planes of {real} and {imaginary} values given; expected {width} × {height} and {SpectrumLength}.");
        }
    }

    private void Run(int parts, Action<int, int> work)
    {
        if (_crew is null)
        {
            for (int part = 0; part < parts; part++)
            {
                work(part, 0);
            }
        }
        else
        {
            _crew.Run(parts, work);
        }
    }

    private void ForwardRows(int part, int worker)
    {
        int first = part * RowsPerPart, end = Math.Min(Height, first + RowsPerPart), batch = 2 * Vector<float>.Count;
        for (int y = first; y < end; y += batch)
        {
            long at = (long)y * Stride;
            _rows[worker].Forward(_image + ((long)y * Width), Math.Min(batch, end - y), _real + at, _imaginary + at, Stride);
        }
    }

    private void InverseRows(int part, int worker)
    {
        int first = part * RowsPerPart, end = Math.Min(_cutHeight, first + RowsPerPart), batch = 2 * Vector<float>.Count;
        float scale = 1f / ((float)Width * Height);
        for (int y = first; y < end; y += batch)
        {
            long at = (long)y * Stride;
            _rows[worker].Inverse(_real + at, _imaginary + at, Stride, Math.Min(batch, end - y), scale, _image + ((long)y * _cutWidth), _cutWidth);
        }
    }

    private void ForwardColumns(int part, int worker) => Column(part, _alongY[worker], _real, _imaginary);

    // Exchanging real and imaginary part before and after turns the sign in the exponent.
    private void InverseColumns(int part, int worker) => Column(part, _alongY[worker], _imaginary, _real);

    private void Column(int part, LaneTransform lane, float* real, float* imaginary)
    {
        int lanes = Vector<float>.Count;
        for (int x = part * 16; x < Math.Min(Stride, (part + 1) * 16); x += lanes)
        {
            if (x >= Columns)
            {
                return;
            }

            Vector<float>[] re = lane.Re, im = lane.Im;
            float* r = real + x, i = imaginary + x;
            for (int y = 0; y < Height; y++, r += Stride, i += Stride)
            {
                re[y] = *(Vector<float>*)r;
                im[y] = *(Vector<float>*)i;
            }

            lane.Transform();
            r = real + x;
            i = imaginary + x;
            for (int y = 0; y < Height; y++, r += Stride, i += Stride)
            {
                *(Vector<float>*)r = re[y];
                *(Vector<float>*)i = im[y];
            }
        }
    }
}
