using System.Buffers.Binary;

namespace MicroscopeStream.Imaging.Png;

/// <summary>A stream whose bytes become IDAT chunks of at most 64 KiB, so that an image of any size is written with little memory.</summary>
internal sealed class PngChunkStream(Stream output) : Stream
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal static void WriteChunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        output.Write(type);
        output.Write(data);
        var crc = new PngCrc();
        crc.Add(type);
        crc.Add(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, crc.Value);
        output.Write(word);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, _buffer.Length - _used);
            buffer[..count].CopyTo(_buffer.AsSpan(_used));
            buffer = buffer[count..];
            _used += count;
            if (_used == _buffer.Length)
            {
                WriteOut();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // The compressor flushes when it likes; chunks end only when full or at the end.
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _used > 0)
        {
            WriteOut();
        }

        base.Dispose(disposing);
    }

    private void WriteOut()
    {
        WriteChunk(output, "IDAT"u8, _buffer.AsSpan(0, _used));
        _used = 0;
    }
}
