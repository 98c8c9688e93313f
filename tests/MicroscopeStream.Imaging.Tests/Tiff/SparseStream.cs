namespace MicroscopeStream.Imaging.Tests.Tiff;

/// <summary>A seekable stream that keeps only blocks which are not all zero: files beyond 4 GB in a few kilobytes.</summary>
internal sealed class SparseStream : Stream
{
    private const int Block = 1 << 16;
    private readonly Dictionary<long, byte[]> _blocks = [];
    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Max(0, Math.Min(buffer.Length, _length - Position));
        for (int done = 0; done < count;)
        {
            int at = (int)(Position % Block), here = Math.Min(count - done, Block - at);
            Span<byte> part = buffer.Slice(done, here);
            if (_blocks.TryGetValue(Position / Block, out byte[]? block))
            {
                block.AsSpan(at, here).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += here;
            Position += here;
        }

        return count;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int at = (int)(Position % Block), here = Math.Min(buffer.Length, Block - at);
            bool known = _blocks.TryGetValue(Position / Block, out byte[]? block);
            if (known || buffer[..here].ContainsAnyExcept((byte)0))
            {
                block ??= _blocks[Position / Block] = new byte[Block];
                buffer[..here].CopyTo(block.AsSpan(at));
            }

            buffer = buffer[here..];
            Position += here;
            _length = Math.Max(_length, Position);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => _length + offset,
    };

    public override void SetLength(long value) => _length = value;

    public override void Flush()
    {
    }
}
