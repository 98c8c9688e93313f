using System.IO.Compression;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// Writes a TIFF file that ImageJ opens with its pixel size, or an OME-TIFF, page by page; how many pages come need not be known.
/// </summary>
/// <remarks>
/// Uncompressed pages follow each other behind the first directory, as ImageJ writes them, and the other directories come
/// last, if they still lie below 4 GB; beyond, ImageJ's one-directory form is left. Compressed pages each come before their
/// directory. The file is complete after <see cref="Dispose"/>, and can be read up to the last <see cref="Flush"/> if the
/// program ends before. Not thread-safe.
/// </remarks>
public sealed class TiffWriter : IDisposable
{
    private const long ClassicLimit = uint.MaxValue;
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly bool _bigTiff;
    private readonly TiffDirectoryWriter _directories;
    private readonly int _headerBytes;
    private readonly byte[] _scratch;
    private long _end;
    private long _pointerAt;
    private bool _disposed;

    /// <summary>Starts a file at the beginning of a seekable stream.</summary>
    /// <param name="stream">Where to write; seekable.</param>
    /// <param name="options">Size, type and what is said of the pixels.</param>
    /// <param name="leaveOpen">Whether <see cref="Dispose"/> leaves the stream open.</param>
    /// <exception cref="ArgumentException">The stream cannot seek, or an option is impossible.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public TiffWriter(Stream stream, TiffWriterOptions options, bool leaveOpen = false)
    {
        options.Check();
        if (!stream.CanSeek || !stream.CanWrite)
        {
            throw new ArgumentException("A TIFF file is completed at its end: give a seekable stream to write to.", nameof(stream));
        }

        (_stream, _leaveOpen, Options) = (stream, leaveOpen, options);
        BytesPerPage = options.Width * options.Height * options.PixelType.BytesPerPixel();
        _bigTiff = options.Size == TiffSize.BigTiff || (options.Compression != TiffCompression.None && !FitsClassic(options));
        _headerBytes = _bigTiff ? 16 : 8;
        _directories = new TiffDirectoryWriter(options, _bigTiff);
        _scratch = new byte[Math.Max(_directories.TotalBytes(true), _headerBytes)];
        WriteHeader();
    }

    /// <summary>What the file says of itself.</summary>
    public TiffWriterOptions Options { get; }

    /// <summary>Bytes of one page.</summary>
    public int BytesPerPage { get; }

    /// <summary>Pages written so far.</summary>
    public long PageCount { get; private set; }

    /// <summary>Creates or replaces a file.</summary>
    /// <exception cref="ArgumentException">An option is impossible.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static TiffWriter Create(string path, TiffWriterOptions options)
    {
        options.Check();
        return new TiffWriter(new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read), options);
    }

    /// <summary>Writes one float32 plane as a file of its own.</summary>
    /// <param name="path">The file, created or replaced.</param>
    /// <param name="grid">Size and pixel size.</param>
    /// <param name="pixels">Row-major (y, x), one value per pixel of the grid.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the grid.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteImage(string path, PixelGrid grid, ReadOnlySpan<float> pixels)
    {
        using TiffWriter writer = Create(path, new TiffWriterOptions
        {
            Width = grid.Width,
            Height = grid.Height,
            PixelType = PixelType.Float32,
            PixelSizeNm = grid.PixelSizeNm,
        });
        writer.WritePage(pixels);
    }

    /// <summary>Appends a page of 8-, 16-bit or float pixels.</summary>
    /// <typeparam name="T">byte, ushort or float, as <see cref="TiffWriterOptions.PixelType"/> says.</typeparam>
    /// <param name="pixels">Row-major (y, x).</param>
    /// <exception cref="ArgumentException">The pixels are not a page's worth of the file's type.</exception>
    /// <exception cref="IOException">The stream cannot be written (a full disk, for example); pages before the last flush are kept.</exception>
    public void WritePage<T>(ReadOnlySpan<T> pixels)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(pixels);
        if (bytes.Length != BytesPerPage)
        {
            throw new ArgumentException($"A page takes {BytesPerPage} bytes; {bytes.Length} were given.", nameof(pixels));
        }

        if (Options.Compression == TiffCompression.None)
        {
            Append(bytes);
        }
        else
        {
            AppendDeflated(bytes);
        }

        PageCount++;
    }

    /// <summary>Makes the file readable up to here, as one directory whose pages follow each other, and hands it to the system.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Flush()
    {
        if (PageCount > 0)
        {
            WriteAt(_headerBytes + _directories.DescriptionAt, Options.Ome ? OmeDescriptionWriter.Compose(Options, PageCount) : ImageJDescriptionWriter.Compose(Options, PageCount));
        }

        _stream.Flush();
    }

    /// <summary>Completes the file and closes the stream, unless told to leave it open. Idempotent.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (Options.Compression == TiffCompression.None)
            {
                AppendDirectories();
            }

            if (PageCount == 0)
            {
                // A file without a page must not point to the directory that was to describe one.
                Span<byte> none = stackalloc byte[8];
                none.Clear();
                WriteAt(_bigTiff ? 8 : 4, none[..(_bigTiff ? 8 : 4)]);
            }

            Flush();
        }
        finally
        {
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }
    }

    internal static ulong PredictorOf(TiffWriterOptions options) =>
        options.Compression == TiffCompression.Deflate && options.PixelType != PixelType.Float32 ? 2UL : 1UL;

    private static bool FitsClassic(TiffWriterOptions options)
    {
        // Deflate never grows data by more than 5 bytes in 16 KiB (RFC 1951) and its envelope; a page in a hundred is ample.
        double perPage = ((double)options.Width * options.Height * options.PixelType.BytesPerPixel() * 1.01) + 1024;
        return options.ExpectedPages is long pages && pages * perPage < ClassicLimit;
    }

    private void WriteHeader()
    {
        Span<byte> header = _scratch.AsSpan(0, _headerBytes);
        header.Clear();
        header[0] = header[1] = (byte)'I';
        if (_bigTiff)
        {
            (header[2], header[4]) = (43, 8);
            _directories.WriteOffset(header[8..], (ulong)_headerBytes);
        }
        else
        {
            header[2] = 42;
            _directories.WriteOffset(header[4..], (ulong)_headerBytes);
        }

        WriteAt(0, header);
        int firstBytes = _directories.TotalBytes(true);
        _end = _headerBytes + firstBytes;
        Span<byte> first = _scratch.AsSpan(0, firstBytes);
        _directories.Write(first, _headerBytes, true, _end, BytesPerPage, 0);
        WriteAt(_headerBytes, first);
        _pointerAt = _headerBytes + _directories.NextAt(true);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        WriteAt(_end, bytes);
        _end += bytes.Length;
    }

    private void AppendDeflated(ReadOnlySpan<byte> bytes)
    {
        long start = _end;
        _stream.Position = start;
        using (var zlib = new ZLibStream(_stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            TiffDifferences.Write(zlib, bytes, Options);
        }

        _end = _stream.Position + (_stream.Position & 1);
        long length = _stream.Position - start;
        bool first = PageCount == 0;
        long at = first ? _headerBytes : _end;
        Span<byte> directory = _scratch.AsSpan(0, _directories.TotalBytes(first));
        if (!_bigTiff && _end + directory.Length > ClassicLimit)
        {
            throw new IOException("The compressed pages do not fit into 4 GB; state ExpectedPages or choose BigTiff.");
        }

        _directories.Write(directory, at, first, start, length, 0);
        WriteAt(at, directory);
        if (!first)
        {
            _end += directory.Length;
            Link(at);
        }
    }

    private void AppendDirectories()
    {
        long data = _headerBytes + _directories.TotalBytes(true);
        int size = _directories.TotalBytes(false);
        long at = _end + (_end & 1);
        if (PageCount < 2 || (!_bigTiff && at + ((PageCount - 1) * size) > ClassicLimit))
        {
            return;
        }

        Span<byte> directory = _scratch.AsSpan(0, size);
        long first = at;
        for (long page = 1; page < PageCount; page++, at += size)
        {
            long next = page + 1 < PageCount ? at + size : 0;
            _directories.Write(directory, at, false, data + (page * BytesPerPage), BytesPerPage, next);
            WriteAt(at, directory);
        }

        // Last, so that a file without all its directories is never linked to them.
        Link(first);
    }

    private void Link(long directory)
    {
        Span<byte> pointer = stackalloc byte[_bigTiff ? 8 : 4];
        _directories.WriteOffset(pointer, (ulong)directory);
        WriteAt(_pointerAt, pointer);
        _pointerAt = directory + _directories.NextAt(false);
    }

    private void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_stream.Position != offset)
        {
            _stream.Position = offset;
        }

        _stream.Write(bytes);
    }
}
