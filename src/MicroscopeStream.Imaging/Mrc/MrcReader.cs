using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Mrc;

/// <summary>
/// Reads MRC and DV files section by section: 8-bit, signed and unsigned 16-bit, float32; either byte order. Sections are given as they
/// are stored, the first row first; little-endian.
/// </summary>
/// <remarks>Pixels are never held. Not thread-safe.</remarks>
public sealed class MrcReader : IDisposable
{
    private readonly Stream _stream;
    private readonly MrcHeader _header;

    private MrcReader(Stream stream)
    {
        _stream = stream;
        Span<byte> bytes = stackalloc byte[MrcHeader.Bytes];
        stream.Position = 0;
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new MrcFormatException($"the file ends inside its header of {MrcHeader.Bytes} bytes", "It is no MRC or DV file, or was cut short");
        }

        _header = MrcHeader.Parse(bytes);
        long whole = (stream.Length - MrcHeader.Bytes - _header.ExtendedBytes) / BytesPerSection;
        SectionCount = (int)Math.Min(_header.Sections, whole);
        if (SectionCount < 1)
        {
            throw new MrcFormatException(
                string.Create(CultureInfo.InvariantCulture, $"no whole section of {BytesPerSection} bytes follows the header"), "The file was cut short: copy it again");
        }

        Warning = SectionCount < _header.Sections
            ? string.Create(CultureInfo.InvariantCulture, $"The header says {_header.Sections} sections, the file holds {SectionCount}: it was cut short.")
            : null;
    }

    /// <summary>Columns.</summary>
    public int Width => _header.Width;

    /// <summary>Rows.</summary>
    public int Height => _header.Height;

    /// <summary>Sections that can be asked for, ≥ 1: slices, wavelengths and times together.</summary>
    public int SectionCount { get; }

    /// <summary>Type of the pixels as <see cref="ReadSection"/> gives them; signed 16-bit ones are given as unsigned.</summary>
    public PixelType PixelType => _header.PixelType;

    /// <summary>Bytes of one section.</summary>
    public int BytesPerSection => checked(Width * Height * _header.BytesPerPixel);

    /// <summary>Edge of a pixel, nm; null when the file does not say.</summary>
    public double? PixelSizeNm => double.IsNaN(_header.PixelSizeNm) ? null : _header.PixelSizeNm;

    /// <summary>Whether the file's own byte order is big-endian.</summary>
    public bool IsBigEndian => _header.IsBigEndian;

    /// <summary>Whether it is a DV file.</summary>
    public bool IsDeltaVision => _header.IsDeltaVision;

    /// <summary>Time points that a DV file declares; else 1.</summary>
    public int TimePoints => _header.Times;

    /// <summary>Wavelengths that a DV file declares; else 1.</summary>
    public int Wavelengths => _header.Wavelengths;

    /// <summary>What is wrong about the file though it can be read; null when nothing.</summary>
    public string? Warning { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="MrcFormatException">It is no MRC or DV file that can be read.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static MrcReader Open(string path) => Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Opens a seekable stream, which belongs to the reader from then on and is closed when opening fails.</summary>
    /// <exception cref="MrcFormatException">It is no MRC or DV file that can be read.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static MrcReader Open(Stream stream)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("Give a seekable stream.", nameof(stream));
        }

        try
        {
            return new MrcReader(stream);
        }
        catch (OverflowException)
        {
            stream.Dispose();
            throw new MrcFormatException("a section is larger than 2 GiB", "Crop it");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads one section.</summary>
    /// <param name="section">0…<see cref="SectionCount"/> − 1.</param>
    /// <param name="pixels">Gets the pixels, row-major, little-endian.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such section.</exception>
    /// <exception cref="ArgumentException">The room is not a section's.</exception>
    /// <exception cref="MrcFormatException">The file ends early, or signed pixels are negative.</exception>
    public void ReadSection(int section, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(section);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(section, SectionCount);
        if (pixels.Length != BytesPerSection)
        {
            throw new ArgumentException($"A section takes {BytesPerSection} bytes; room for {pixels.Length} was given.", nameof(pixels));
        }

        _stream.Position = MrcHeader.Bytes + _header.ExtendedBytes + ((long)section * BytesPerSection);
        if (_stream.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) < pixels.Length)
        {
            throw new MrcFormatException($"the file ends inside section {section}", "It was cut short: copy it again");
        }

        if (_header.IsBigEndian && _header.BytesPerPixel == 2)
        {
            Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(pixels);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else if (_header.IsBigEndian && _header.BytesPerPixel == 4)
        {
            Span<uint> words = MemoryMarshal.Cast<byte, uint>(pixels);
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        if (_header.Mode == 1 && MemoryMarshal.Cast<byte, short>(pixels).ContainsAnyInRange(short.MinValue, (short)-1))
        {
            throw new MrcFormatException($"section {section} holds negative pixels", "Add an offset, or save it as float32");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();
}
