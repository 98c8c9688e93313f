using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Numerics;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// The 8-bit plane of an image that changes in parts: only what changed is binned, counted and converted again.
/// </summary>
/// <remarks>
/// Shown are the 0.1th to the 99.9th percentile of what is not zero, from nothing on where zeros are; of an evenly spread quarter of a
/// million pixels when there are more. While these move by less than a tenth of what is shown, the range stays, because another one
/// changes every code. Not thread-safe. Updates allocate nothing.
/// </remarks>
public sealed class LivePreview
{
    private const double Low = 0.1, High = 99.9;

    /// <summary>Share of what is shown by which a percentile may move.</summary>
    private const float Slack = 0.1f;

    private const int MostSamples = 1 << 18;

    private readonly ValueHistogram _histogram = new();
    private readonly byte[] _codes;
    private readonly float[] _binned;
    private readonly int[] _sampled;
    private readonly int _step;
    private readonly int _samplesPerRow;
    private readonly DisplayRange? _fixed;
    private readonly bool _hasGaps;

    /// <summary>A black plane.</summary>
    /// <param name="image">The image's grid.</param>
    /// <param name="maxSize">Largest width and height of the plane, pixels, ≥ 1; a larger image is binned, mean over whole pixels.</param>
    /// <param name="range">Intensities of codes 0 and 255 for good; null: by percentiles.</param>
    /// <param name="hasGaps">Whether NaN means that there is nothing: code 0 is left to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public LivePreview(PixelGrid image, int maxSize, DisplayRange? range = null, bool hasGaps = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        (Image, _fixed, _hasGaps) = (image, range, hasGaps);
        Bin = PlaneBins.Of(image, maxSize);
        Plane = PlaneBins.Plane(image, Bin);
        _codes = new byte[Plane.PixelCount];
        _binned = Bin == 1 ? [] : new float[Plane.PixelCount];
        _step = (int)Math.Ceiling(Math.Sqrt((double)Plane.PixelCount / MostSamples));
        _samplesPerRow = (Plane.Width + _step - 1) / _step;
        _sampled = new int[_samplesPerRow * ((Plane.Height + _step - 1) / _step)];
        Array.Fill(_sampled, ValueHistogram.None);
    }

    /// <summary>The image's grid.</summary>
    public PixelGrid Image { get; }

    /// <summary>The plane's grid.</summary>
    public PixelGrid Plane { get; }

    /// <summary>Pixels of the image per pixel of the plane, along either axis.</summary>
    public int Bin { get; }

    /// <summary>Intensities of codes 0 and 255.</summary>
    public DisplayRange Range { get; private set; }

    /// <summary>The codes, row-major (y, x), rounded; 0 for NaN.</summary>
    public ReadOnlySpan<byte> Codes => _codes;

    /// <summary>The grid of an image's plane.</summary>
    /// <param name="image">The image's grid.</param>
    /// <param name="maxSize">Largest width and height of the plane, pixels, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static PixelGrid PlaneOf(PixelGrid image, int maxSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        return PlaneBins.Plane(image, PlaneBins.Of(image, maxSize));
    }

    /// <summary>Takes over what changed.</summary>
    /// <param name="pixels">The image, row-major (y, x).</param>
    /// <param name="changed">What differs from the last call; everything, at the first.</param>
    /// <exception cref="ArgumentException">Image or tiles are not of the grid.</exception>
    public void Update(ReadOnlySpan<float> pixels, ChangedTiles changed)
    {
        if (changed.Grid != Image || pixels.Length < Image.PixelCount)
        {
            throw new ArgumentException($"{pixels.Length} pixels, and tiles of {changed.Grid.Width} × {changed.Grid.Height}, for an image of {Image.Width} × {Image.Height}.");
        }

        foreach (PixelBlock block in changed)
        {
            PixelBlock part = Binned(block);
            if (Bin > 1 && _hasGaps)
            {
                PlaneBins.AverageWithGaps(pixels, Image, Bin, part, _binned, Plane.Width);
            }
            else if (Bin > 1)
            {
                PlaneBins.Average(pixels, Image, Bin, part, _binned, Plane.Width);
            }

            if (_fixed is null)
            {
                Count(Bin > 1 ? _binned : pixels, part);
            }
        }

        ReadOnlySpan<float> shown = Bin > 1 ? _binned : pixels[..Image.PixelCount];
        DisplayRange range = _fixed ?? Automatic();
        if (changed.IsAll || !IsNear(range))
        {
            Range = range;
            PlaneCodes.Write(shown, Range, _codes);
            return;
        }

        foreach (PixelBlock block in changed)
        {
            PixelBlock part = Binned(block);
            for (int y = part.Top; y < part.Bottom; y++)
            {
                int start = (y * Plane.Width) + part.Left;
                PlaneCodes.Write(shown.Slice(start, part.Width), Range, _codes.AsSpan(start, part.Width));
            }
        }
    }

    private PixelBlock Binned(PixelBlock block) =>
        Bin == 1 ? block : new PixelBlock(block.Left / Bin, block.Top / Bin, (block.Right + Bin - 1) / Bin, (block.Bottom + Bin - 1) / Bin);

    private bool IsNear(DisplayRange range)
    {
        float slack = Slack * (Range.Max - Range.Min);
        return Math.Abs(range.Min - Range.Min) <= slack && Math.Abs(range.Max - Range.Max) <= slack && slack > 0;
    }

    // Rendered images begin at nothing; others (SIM, camera frames) where they begin.
    private DisplayRange Automatic()
    {
        (float low, float high) = _histogram.Range(Low, High);
        return _hasGaps
            ? new DisplayRange(low - ((high - low) / 254), high)
            : new DisplayRange(_histogram.Zeros > 0 ? Math.Min(0, low) : low, high);
    }

    // Every n-th pixel of every n-th row, each row's shifted against the one before, so that nothing falls in with a pattern.
    private void Count(ReadOnlySpan<float> shown, PixelBlock part)
    {
        int first = (part.Top + _step - 1) / _step;
        for (int row = first; row * _step < part.Bottom; row++)
        {
            int shift = row % _step, start = row * _step * Plane.Width;
            int column = Math.Max(0, (part.Left - shift + _step - 1) / _step);
            for (int x = (column * _step) + shift; x < part.Right; x += _step, column++)
            {
                ref int sampled = ref _sampled[(row * _samplesPerRow) + column];
                int bin = ValueHistogram.BinOf(shown[start + x]);
                if (bin != sampled)
                {
                    _histogram.Move(sampled, bin);
                    sampled = bin;
                }
            }
        }
    }
}
