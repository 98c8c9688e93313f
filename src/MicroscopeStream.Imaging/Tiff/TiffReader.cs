using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// Reads the TIFF files that microscopes write, page by page: multi-page, ImageJ hyperstacks (also their one-directory form
/// beyond 4 GB), OME-TIFF, BigTIFF, either byte order; uint8, uint16, float32; uncompressed, PackBits, LZW, Deflate, with
/// predictors; strips or tiles.
/// </summary>
/// <remarks>
/// Pixels are never held: a page is read when asked for, in any order. Opening reads directories only. A file that ends early
/// opens with the pages it has and says so in <see cref="Warnings"/>. Not thread-safe.
/// </remarks>
public sealed class TiffReader : IDisposable
{
    private readonly TiffSource _source;
    private readonly TiffDecoder _decoder;
    private readonly TiffPages _pages;
    private readonly TiffMetadata _metadata;
    private readonly List<string> _warnings = [];

    private TiffReader(TiffSource source)
    {
        _source = source;
        _decoder = new TiffDecoder(source);
        var header = TiffHeader.Read(source);
        IsBigTiff = header.BigTiff;
        IsBigEndian = header.BigEndian;
        _pages = new TiffPages(source, header, _warnings);
        TiffPageLayout first = _pages.First;
        (Width, Height, PixelType, Compression) = (first.Width, first.Height, first.PixelType, first.Compression);
        (_metadata, Description) = TiffMetadataReader.Read(_pages.FirstDirectory, _pages.Count, _warnings);
        _pages.UseDeclared(_metadata.DeclaredImages, _warnings);
    }

    /// <summary>Number of pages that can be asked for, ≥ 1.</summary>
    public int PageCount => _pages.Count;

    /// <summary>Columns of every page, ≥ 1.</summary>
    public int Width { get; }

    /// <summary>Rows of every page, ≥ 1.</summary>
    public int Height { get; }

    /// <summary>Type of every page's pixels: UInt8, UInt16 or Float32.</summary>
    public PixelType PixelType { get; }

    /// <summary>Bytes of one page as <see cref="ReadPage"/> gives it.</summary>
    public int BytesPerPage => Width * Height * PixelType.BytesPerPixel();

    /// <summary>Pixel size in the sample plane, nm; null when the file does not say or says something impossible for a microscope.</summary>
    public double? PixelSizeNm => _metadata.PixelSizeNm;

    /// <summary>Channels that the file declares; 1 when it does not.</summary>
    public int Channels => _metadata.Channels;

    /// <summary>Axial slices that the file declares; 1 when it does not.</summary>
    public int Slices => _metadata.Slices;

    /// <summary>Time points that the file declares; 1 when it does not.</summary>
    public int TimePoints => _metadata.Frames;

    /// <summary>The description of the first page (ImageJ's lines, OME-XML or any text); empty when none.</summary>
    public string Description { get; }

    /// <summary>How the first page is stored.</summary>
    public TiffCompression Compression { get; }

    /// <summary>Whether the file has 64-bit offsets.</summary>
    public bool IsBigTiff { get; }

    /// <summary>Whether the file's own byte order is big-endian; pages are given little-endian all the same.</summary>
    public bool IsBigEndian { get; }

    /// <summary>What is wrong or doubtful about the file though it can be read; one sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>
    /// Why pages that should follow the last one cannot be asked for (the file was cut short, or its list of pages is damaged);
    /// one of <see cref="Warnings"/>, null when none are missing.
    /// </summary>
    public string? Damage => _pages.Damage;

    /// <summary>Opens a file.</summary>
    /// <exception cref="TiffFormatException">It is not a TIFF file that can be read; the message says what, where and what to do.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static TiffReader Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        return Open(stream);
    }

    /// <summary>Opens a seekable stream.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open. It is closed when opening fails.</param>
    /// <exception cref="TiffFormatException">It is not a TIFF file that can be read.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static TiffReader Open(Stream stream, bool leaveOpen = false)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("A TIFF file is read in leaps: give a seekable stream.", nameof(stream));
        }

        var source = new TiffSource(stream, leaveOpen);
        try
        {
            return new TiffReader(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Which plane of the acquisition a page is.</summary>
    /// <param name="page">Page, 0…<see cref="PageCount"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such page.</exception>
    public TiffPageAxes Axes(int page)
    {
        CheckPage(page);
        return _metadata.Axes(page);
    }

    /// <summary>Reads one page.</summary>
    /// <param name="page">Page, 0…<see cref="PageCount"/> − 1.</param>
    /// <param name="destination">Gets the pixels, row-major (y, x), little-endian; at least
    /// <see cref="BytesPerPage"/> bytes, of which the first are written.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such page.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="TiffFormatException">The page is damaged, cut off, or of another size or type than the first.
    /// Others can still be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadPage(int page, Span<byte> destination)
    {
        CheckPage(page);
        if (destination.Length < BytesPerPage)
        {
            throw new ArgumentException($"A page takes {BytesPerPage} bytes; {destination.Length} were given.", nameof(destination));
        }

        try
        {
            _decoder.Decode(_pages.Layout(page), destination[..BytesPerPage]);
        }
        catch (TiffFormatException e) when (e.Page is null)
        {
            throw e.AtPage(page);
        }
    }

    /// <summary>Closes the file, unless told to leave the stream open.</summary>
    public void Dispose() => _source.Dispose();

    private void CheckPage(int page)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, PageCount);
    }
}
