using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>
/// Undoes the differences taken before compression: predictor 2 (TIFF 6.0, section 14) and predictor 3 (Adobe Photoshop TIFF
/// technical note 3, 2005), each row by itself.
/// </summary>
internal static class TiffPredictor
{
    /// <summary>Predictor 2 on little-endian values of 1, 2 or 4 bytes, in place.</summary>
    internal static void UndoHorizontal(Span<byte> rows, int rowBytes, int bytesPerPixel)
    {
        for (; rows.Length >= rowBytes; rows = rows[rowBytes..])
        {
            Span<byte> row = rows[..rowBytes];
            switch (bytesPerPixel)
            {
                case 1:
                    for (int i = 1; i < row.Length; i++)
                    {
                        row[i] += row[i - 1];
                    }

                    break;
                case 2:
                    Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(row);
                    for (int i = 1; i < shorts.Length; i++)
                    {
                        shorts[i] += shorts[i - 1];
                    }

                    break;
                default:
                    Span<uint> words = MemoryMarshal.Cast<byte, uint>(row);
                    for (int i = 1; i < words.Length; i++)
                    {
                        words[i] += words[i - 1];
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// Predictor 3 on 32-bit floats: byte differences over rows that hold all most significant bytes first, then the next ones,
    /// whatever the file's byte order. Leaves little-endian floats.
    /// </summary>
    internal static void UndoFloatingPoint(Span<byte> rows, int rowBytes, Span<byte> scratchRow)
    {
        int pixels = rowBytes / 4;
        for (; rows.Length >= rowBytes; rows = rows[rowBytes..])
        {
            Span<byte> row = rows[..rowBytes];
            for (int i = 1; i < row.Length; i++)
            {
                row[i] += row[i - 1];
            }

            row.CopyTo(scratchRow);
            for (int i = 0; i < pixels; i++)
            {
                row[4 * i] = scratchRow[(3 * pixels) + i];
                row[(4 * i) + 1] = scratchRow[(2 * pixels) + i];
                row[(4 * i) + 2] = scratchRow[pixels + i];
                row[(4 * i) + 3] = scratchRow[i];
            }
        }
    }

    /// <summary>Turns big-endian values of 1, 2 or 4 bytes into little-endian ones, in place.</summary>
    internal static void SwapBytes(Span<byte> values, int bytesPerPixel)
    {
        if (bytesPerPixel == 2)
        {
            Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(values);
            BinaryPrimitives.ReverseEndianness(shorts, shorts);
        }
        else if (bytesPerPixel == 4)
        {
            Span<uint> words = MemoryMarshal.Cast<byte, uint>(values);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
