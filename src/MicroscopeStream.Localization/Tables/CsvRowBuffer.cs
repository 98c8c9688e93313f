using System.Buffers.Text;
using System.Globalization;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>Formats rows of numbers as UTF-8 text into one reused buffer and hands whole lines to a stream.</summary>
internal sealed class CsvRowBuffer(Stream stream)
{
    private const int Capacity = 64 * 1024;

    // Twelve columns of at most 26 characters each, and room to spare.
    private const int LongestRow = 512;

    private readonly byte[] _buffer = new byte[Capacity];
    private int _length;

    public void Text(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }

    public void Comma() => _buffer[_length++] = (byte)',';

    public void Integer(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>Writes a number with three decimals (pm, or thousandths of a photon), shorter where they are zero.</summary>
    public void Fixed(double value)
    {
        double scaled = Math.Round(value * 1000, MidpointRounding.ToEven);
        if (!(Math.Abs(scaled) < 1e15))
        {
            // NaN, infinities and what fixed point does not hold.
            value.TryFormat(_buffer.AsSpan(_length), out int general, "R", CultureInfo.InvariantCulture);
            _length += general;
            return;
        }

        long thousandths = (long)scaled;
        if (thousandths < 0)
        {
            _buffer[_length++] = (byte)'-';
            thousandths = -thousandths;
        }

        (long whole, long rest) = Math.DivRem(thousandths, 1000);
        Integer(whole);
        if (rest != 0)
        {
            _buffer[_length++] = (byte)'.';
            _buffer[_length++] = (byte)('0' + (rest / 100));
            if (rest % 100 != 0)
            {
                _buffer[_length++] = (byte)('0' + (rest / 10 % 10));
                if (rest % 10 != 0)
                {
                    _buffer[_length++] = (byte)('0' + (rest % 10));
                }
            }
        }
    }

    public void EndRow()
    {
        _buffer[_length++] = (byte)'\n';
        if (_length > Capacity - LongestRow)
        {
            Drain();
        }
    }

    /// <summary>Hands everything to the stream, so that what is written survives the end of this process.</summary>
    public void Flush()
    {
        Drain();
        stream.Flush();
    }

    /// <summary>Forgets what has not been handed to the stream yet.</summary>
    public void Clear() => _length = 0;

    private void Drain()
    {
        stream.Write(_buffer, 0, _length);
        _length = 0;
    }
}
