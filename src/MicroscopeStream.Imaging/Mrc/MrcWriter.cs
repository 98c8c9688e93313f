using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Mrc;

/// <summary>Writes MRC and DV files section by section; the header is brought up to date when the file is closed.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class MrcWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _swapped;
    private MrcHeader _header;
    private bool _disposed;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">A seekable stream, which belongs to the writer from then on.</param>
    /// <param name="grid">Size and pixel size of a section; a pixel size that is not positive is not stated.</param>
    /// <param name="pixelType">UInt8, UInt16 (also UInt12) or Float32.</param>
    /// <param name="deltaVision">Whether to write a DV file, its sections as times.</param>
    /// <param name="bigEndian">Whether in big-endian byte order.</param>
    /// <exception cref="ArgumentException">The stream cannot seek, or the type is none of these.</exception>
    public MrcWriter(Stream stream, PixelGrid grid, PixelType pixelType, bool deltaVision = false, bool bigEndian = false)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("Give a seekable stream.", nameof(stream));
        }

        _stream = stream;
        _header = new MrcHeader
        {
            Width = grid.Width,
            Height = grid.Height,
            Mode = pixelType switch
            {
                PixelType.UInt8 => 0,
                PixelType.UInt12 or PixelType.UInt16 => 6,
                PixelType.Float32 => 2,
                _ => throw new ArgumentException($"{pixelType} cannot be written.", nameof(pixelType)),
            },
            IsDeltaVision = deltaVision,
            IsBigEndian = bigEndian,
            PixelSizeNm = grid.PixelSizeNm > 0 ? grid.PixelSizeNm : double.NaN,
            Wavelengths = 1,
        };
        _swapped = new byte[bigEndian && _header.BytesPerPixel > 1 ? grid.PixelCount * _header.BytesPerPixel : 0];
        WriteHeader();
    }

    /// <summary>Creates or replaces a file.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static MrcWriter Create(string path, PixelGrid grid, PixelType pixelType, bool deltaVision = false, bool bigEndian = false) =>
        new(new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read), grid, pixelType, deltaVision, bigEndian);

    /// <summary>Appends a section.</summary>
    /// <param name="pixels">Row-major (y, x), little-endian, one section's worth.</param>
    /// <exception cref="ArgumentException">Not a section's worth.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteSection(ReadOnlySpan<byte> pixels)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (pixels.Length != _header.Width * _header.Height * _header.BytesPerPixel)
        {
            throw new ArgumentException($"A section takes {_header.Width * _header.Height * _header.BytesPerPixel} bytes; {pixels.Length} were given.", nameof(pixels));
        }

        if (_swapped.Length == 0)
        {
            _stream.Write(pixels);
        }
        else
        {
            if (_header.BytesPerPixel == 2)
            {
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(pixels), MemoryMarshal.Cast<byte, ushort>(_swapped.AsSpan()));
            }
            else
            {
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(pixels), MemoryMarshal.Cast<byte, uint>(_swapped.AsSpan()));
            }

            _stream.Write(_swapped);
        }

        _header = _header with { Sections = _header.Sections + 1, Times = _header.Times + 1 };
    }

    /// <summary>Completes the header and closes the file.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            WriteHeader();
            _stream.Dispose();
        }
    }

    private void WriteHeader()
    {
        Span<byte> bytes = stackalloc byte[MrcHeader.Bytes];
        _header.Write(bytes);
        _stream.Position = 0;
        _stream.Write(bytes);
        _stream.Position = _stream.Length;
    }
}
