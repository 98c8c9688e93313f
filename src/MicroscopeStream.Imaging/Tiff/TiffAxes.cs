namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Which plane of an acquisition a page is. Indices from 0; −1 when the file does not say.</summary>
/// <param name="Channel">Channel; 0 when the file does not say.</param>
/// <param name="Slice">Axial slice.</param>
/// <param name="Time">Time point.</param>
/// <param name="Position">Stage position (OME: the image's index in the file).</param>
public readonly record struct TiffPageAxes(int Channel, int Slice, int Time, int Position)
{
    /// <summary>A page of which nothing is said.</summary>
    public static TiffPageAxes Unknown { get; } = new(0, -1, -1, -1);
}

/// <summary>What a file says of its pages besides their pixels, from whatever dialect it speaks.</summary>
internal sealed record TiffMetadata
{
    internal static TiffMetadata None { get; } = new();

    /// <summary>Pixel size, nm; null when not known.</summary>
    internal double? PixelSizeNm { get; init; }

    /// <summary>Planes that the file declares; 0 when it does not.</summary>
    internal long DeclaredImages { get; init; }

    internal int Channels { get; init; } = 1;

    internal int Slices { get; init; } = 1;

    internal int Frames { get; init; } = 1;

    /// <summary>The axes of page i.</summary>
    internal Func<int, TiffPageAxes> Axes { get; init; } = static _ => TiffPageAxes.Unknown;
}
