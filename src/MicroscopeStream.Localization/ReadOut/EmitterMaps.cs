namespace MicroscopeStream.Localizations.ReadOut;

/// <summary>
/// A network's output for one frame, seen as planes [C, H, W]: nothing is copied. Networks run on padded sizes, so rows
/// may be longer, and planes larger, than the part that belongs to the frame, which begins at the first element.
/// </summary>
public readonly ref struct EmitterMaps
{
    /// <summary>Views planes of exactly the frame's size.</summary>
    /// <param name="values">The output, plane by plane, each row-major (y, x).</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public EmitterMaps(ReadOnlySpan<float> values, int width, int height)
        : this(values, width, height, width, width * height)
    {
    }

    /// <summary>Views planes of a padded size.</summary>
    /// <param name="values">The output from the frame's first pixel on, plane by plane, each row-major (y, x).</param>
    /// <param name="width">Columns that belong to the frame, ≥ 1.</param>
    /// <param name="height">Rows that belong to the frame, ≥ 1.</param>
    /// <param name="rowStride">Elements from one row to the next, ≥ <paramref name="width"/>.</param>
    /// <param name="planeStride">Elements from one plane to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or a stride smaller than what it strides over.</exception>
    public EmitterMaps(ReadOnlySpan<float> values, int width, int height, int rowStride, int planeStride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowStride, width);
        long planeLength = ((long)rowStride * (height - 1)) + width;
        ArgumentOutOfRangeException.ThrowIfLessThan(planeStride, planeLength, nameof(planeStride));
        Values = values;
        Width = width;
        Height = height;
        RowStride = rowStride;
        PlaneStride = planeStride;
        PlaneCount = values.Length < planeLength ? 0 : (int)(((values.Length - planeLength) / planeStride) + 1);
    }

    /// <summary>All values.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Columns that belong to the frame.</summary>
    public int Width { get; }

    /// <summary>Rows that belong to the frame.</summary>
    public int Height { get; }

    /// <summary>Elements from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Elements from one plane to the next.</summary>
    public int PlaneStride { get; }

    /// <summary>Whole planes that <see cref="Values"/> holds.</summary>
    public int PlaneCount { get; }
}
