using System.Buffers.Binary;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Bytes at places of a seekable stream, in the file's byte order. Not thread-safe.</summary>
internal sealed class TiffSource : IDisposable
{
    internal const string CutShort = "The file was cut short or overwritten; copy or save it again";
    private readonly Stream _stream;
    private readonly bool _leaveOpen;

    internal TiffSource(Stream stream, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        Length = stream.Length;
    }

    internal long Length { get; }

    internal bool BigEndian { get; set; }

    internal void Read(long offset, Span<byte> destination, string what)
    {
        Require(offset, destination.Length, what);
        try
        {
            _stream.Position = offset;
            _stream.ReadExactly(destination);
        }
        catch (EndOfStreamException e)
        {
            throw new TiffFormatException($"the file became shorter while {what} was read", CutShort, offset: offset, innerException: e);
        }
    }

    internal void Require(long offset, long count, string what)
    {
        if (offset < 0 || count < 0 || offset > Length || count > Length - offset)
        {
            throw new TiffFormatException(
                $"{what} would need {count} bytes from {offset} on, but the file has {Length}", CutShort, offset: offset);
        }
    }

    internal ushort U16(ReadOnlySpan<byte> b) =>
        BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);

    internal uint U32(ReadOnlySpan<byte> b) =>
        BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);

    internal ulong U64(ReadOnlySpan<byte> b) =>
        BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(b) : BinaryPrimitives.ReadUInt64LittleEndian(b);

    public void Dispose()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
