using System.Numerics;

namespace MicroscopeStream.Imaging.Fourier;

/// <summary>
/// Two-dimensional Fourier transforms of single-precision complex images of one size, in place: forward
/// F[v, u] = Σ f[y, x] exp(−2πi (u·x / width + v·y / height)), inverse with the opposite sign and divided by the number of pixels.
/// Any size; products of powers of 2, 3 and 5 are fast.
/// </summary>
/// <remarks>
/// Images are two planes, real and imaginary, row-major (y, x); frequency 0 comes first, negative ones in the upper half, as in
/// NumPy. Not thread-safe: an instance keeps its working memory. Allocates nothing after construction.
/// </remarks>
public sealed class FourierTransform2D
{
    private readonly LaneTransform _alongX;
    private readonly LaneTransform _alongY;

    /// <summary>Prepares transforms of a size; factors of sizes used before are shared.</summary>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public FourierTransform2D(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        _alongX = new LaneTransform(width);
        _alongY = width == height ? _alongX : new LaneTransform(height);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The forward transform.</summary>
    /// <param name="real">Real parts, width × height; gets the transform's.</param>
    /// <param name="imaginary">Imaginary parts; gets the transform's.</param>
    /// <exception cref="ArgumentException">A plane has another size.</exception>
    public void Forward(Span<float> real, Span<float> imaginary)
    {
        Check(real, imaginary);
        Columns(real, imaginary);
        Rows(real, imaginary);
    }

    /// <summary>The inverse transform.</summary>
    /// <param name="real">Real parts, width × height; gets the transform's.</param>
    /// <param name="imaginary">Imaginary parts; gets the transform's.</param>
    /// <exception cref="ArgumentException">A plane has another size.</exception>
    public void Inverse(Span<float> real, Span<float> imaginary)
    {
        // Exchanging real and imaginary part before and after turns the sign in the exponent.
        Forward(imaginary, real);
        float scale = 1f / (Width * Height);
        for (int i = 0; i < real.Length; i++)
        {
            real[i] *= scale;
            imaginary[i] *= scale;
        }
    }

    private void Check(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary)
    {
        if (real.Length != Width * Height || imaginary.Length != real.Length)
        {
            throw new ArgumentException($"Planes of {real.Length} and {imaginary.Length} values given for an image of {Width} × {Height}.");
        }
    }

    private void Columns(Span<float> real, Span<float> imaginary)
    {
        int lanes = Vector<float>.Count;
        Span<float> padded = stackalloc float[2 * lanes];
        for (int x = 0; x < Width; x += lanes)
        {
            int count = Math.Min(lanes, Width - x);
            if (count == lanes)
            {
                for (int y = 0; y < Height; y++)
                {
                    int at = (y * Width) + x;
                    _alongY.Re[y] = new Vector<float>(real[at..]);
                    _alongY.Im[y] = new Vector<float>(imaginary[at..]);
                }

                _alongY.Transform();
                for (int y = 0; y < Height; y++)
                {
                    int at = (y * Width) + x;
                    _alongY.Re[y].CopyTo(real[at..]);
                    _alongY.Im[y].CopyTo(imaginary[at..]);
                }

                continue;
            }

            for (int y = 0; y < Height; y++)
            {
                int at = (y * Width) + x;
                real.Slice(at, count).CopyTo(padded);
                imaginary.Slice(at, count).CopyTo(padded[lanes..]);
                (_alongY.Re[y], _alongY.Im[y]) = (new Vector<float>(padded), new Vector<float>(padded[lanes..]));
            }

            _alongY.Transform();
            for (int y = 0; y < Height; y++)
            {
                int at = (y * Width) + x;
                _alongY.Re[y].CopyTo(padded);
                _alongY.Im[y].CopyTo(padded[lanes..]);
                padded[..count].CopyTo(real.Slice(at, count));
                padded.Slice(lanes, count).CopyTo(imaginary.Slice(at, count));
            }
        }
    }

    private void Rows(Span<float> real, Span<float> imaginary)
    {
        int lanes = Vector<float>.Count;
        for (int y = 0; y < Height; y += lanes)
        {
            int count = Math.Min(lanes, Height - y);
            LaneTransposition.Gather(real.Slice(y * Width, count * Width), Width, Width, count, _alongX.Re);
            LaneTransposition.Gather(imaginary.Slice(y * Width, count * Width), Width, Width, count, _alongX.Im);
            _alongX.Transform();
            LaneTransposition.Scatter(_alongX.Re, real.Slice(y * Width, count * Width), Width, Width, count);
            LaneTransposition.Scatter(_alongX.Im, imaginary.Slice(y * Width, count * Width), Width, Width, count);
        }
    }
}
