using System.Buffers;
using System.Runtime.InteropServices;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>Takes the horizontal differences (predictor 2) of integer rows on their way into a compressor.</summary>
internal static class TiffDifferences
{
    internal static void Write(Stream stream, ReadOnlySpan<byte> page, TiffWriterOptions options)
    {
        if (TiffWriter.PredictorOf(options) == 1)
        {
            stream.Write(page);
            return;
        }

        int rowBytes = page.Length / options.Height;
        byte[] rented = ArrayPool<byte>.Shared.Rent(rowBytes);
        Span<byte> row = rented.AsSpan(0, rowBytes);
        for (int y = 0; y < options.Height; y++)
        {
            page.Slice(y * rowBytes, rowBytes).CopyTo(row);
            if (rowBytes == options.Width)
            {
                for (int i = row.Length - 1; i > 0; i--)
                {
                    row[i] -= row[i - 1];
                }
            }
            else
            {
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(row);
                for (int i = shorts.Length - 1; i > 0; i--)
                {
                    shorts[i] -= shorts[i - 1];
                }
            }

            stream.Write(row);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }
}
