using System.Buffers.Binary;
using System.Globalization;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Mrc;

/// <summary>
/// The first 1024 bytes of an MRC file (MRC2014: Cheng et al. 2015, 10.1016/j.jsb.2015.04.002) or of its DeltaVision dialect (DV), whose
/// marks are −16224 at byte 96 and lengths in µm instead of ångström.
/// </summary>
internal readonly record struct MrcHeader
{
    public const int Bytes = 1024;
    public const short DeltaVisionMark = -16224;
    private const int LargestSide = 65_536;

    public int Width { get; init; }

    public int Height { get; init; }

    public int Sections { get; init; }

    public int Mode { get; init; }

    public int ExtendedBytes { get; init; }

    public bool IsBigEndian { get; init; }

    public bool IsDeltaVision { get; init; }

    public int Times { get; init; }

    public int Wavelengths { get; init; }

    /// <summary>Edge of a pixel, nm; NaN when not stated.</summary>
    public double PixelSizeNm { get; init; }

    public int BytesPerPixel => Mode switch { 0 => 1, 1 or 6 => 2, _ => 4 };

    public PixelType PixelType => Mode switch { 0 => PixelType.UInt8, 1 or 6 => PixelType.UInt16, _ => PixelType.Float32 };

    public static MrcHeader Parse(ReadOnlySpan<byte> bytes)
    {
        bool deltaVision = Is16(bytes, false) || Is16(bytes, true), big = deltaVision ? Is16(bytes, true) : IsBig(bytes);
        int width = Int(bytes, 0, big), height = Int(bytes, 4, big), sections = Int(bytes, 8, big), mode = Int(bytes, 12, big);
        if (width is < 1 or > LargestSide || height is < 1 or > LargestSide || sections < 1)
        {
            throw new MrcFormatException(
                string.Create(CultureInfo.InvariantCulture, $"the header says {width} × {height} px in {sections} sections"), "This is no MRC or DV file, or it is damaged");
        }

        if (mode is not (0 or 1 or 2 or 6))
        {
            throw new MrcFormatException(
                string.Create(CultureInfo.InvariantCulture, $"pixel mode {mode} is not read"), "Save it as 8-bit, 16-bit or float pixels (modes 0, 1, 6 and 2)");
        }

        int extended = Int(bytes, 92, big);
        if (extended < 0)
        {
            throw new MrcFormatException(string.Create(CultureInfo.InvariantCulture, $"the extended header has {extended} bytes"), "The file is damaged");
        }

        float length = BitConverter.Int32BitsToSingle(Int(bytes, 40, big));
        int samples = Int(bytes, 28, big);

        // DV: µm per pixel. MRC: ångström of the whole cell.
        double nm = deltaVision ? 1000.0 * length : samples > 0 ? 0.1 * length / samples : double.NaN;
        return new MrcHeader
        {
            Width = width,
            Height = height,
            Sections = sections,
            Mode = mode,
            ExtendedBytes = extended,
            IsBigEndian = big,
            IsDeltaVision = deltaVision,
            Times = deltaVision ? Math.Max(1, (int)Short(bytes, 180, big)) : 1,
            Wavelengths = deltaVision ? Math.Max(1, (int)Short(bytes, 196, big)) : 1,
            PixelSizeNm = nm > 0 && double.IsFinite(nm) ? nm : double.NaN,
        };

        static bool Is16(ReadOnlySpan<byte> bytes, bool big) => Short(bytes, 96, big) == DeltaVisionMark;
    }

    public void Write(Span<byte> bytes)
    {
        bytes.Clear();
        bool big = IsBigEndian;
        (int At, int Value)[] fields =
        [
            (0, Width), (4, Height), (8, Sections), (12, Mode), (28, Width), (32, Height), (36, Sections), (64, 1), (68, 2), (72, 3), (92, 0),
        ];
        foreach ((int at, int value) in fields)
        {
            Put(bytes, at, value, big);
        }

        float size = (float)(double.IsNaN(PixelSizeNm) ? 0 : IsDeltaVision ? PixelSizeNm / 1000 : 10 * PixelSizeNm);
        for (int axis = 0; axis < 3; axis++)
        {
            float length = IsDeltaVision ? size : size * (axis == 0 ? Width : axis == 1 ? Height : Sections);
            Put(bytes, 40 + (4 * axis), BitConverter.SingleToInt32Bits(length), big);
            Put(bytes, 52 + (4 * axis), BitConverter.SingleToInt32Bits(90), big);
        }

        if (IsDeltaVision)
        {
            Put16(bytes, 96, DeltaVisionMark, big);
            Put16(bytes, 180, (short)Math.Min(short.MaxValue, Times), big);
            Put16(bytes, 196, (short)Math.Min(short.MaxValue, Wavelengths), big);
        }
        else
        {
            "MAP "u8.CopyTo(bytes[208..]);
            bytes.Slice(212, 2).Fill(big ? (byte)0x11 : (byte)0x44);
        }
    }

    // The machine stamp, when it is there; else the byte order in which the mode is a small number.
    private static bool IsBig(ReadOnlySpan<byte> bytes) => bytes[212] switch
    {
        0x11 => true,
        0x44 => false,
        _ => (uint)Int(bytes, 12, false) > 200,
    };

    private static int Int(ReadOnlySpan<byte> bytes, int at, bool big) =>
        big ? BinaryPrimitives.ReadInt32BigEndian(bytes[at..]) : BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    private static short Short(ReadOnlySpan<byte> bytes, int at, bool big) =>
        big ? BinaryPrimitives.ReadInt16BigEndian(bytes[at..]) : BinaryPrimitives.ReadInt16LittleEndian(bytes[at..]);

    private static void Put(Span<byte> bytes, int at, int value, bool big)
    {
        if (big)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes[at..], value);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], value);
        }
    }

    private static void Put16(Span<byte> bytes, int at, short value, bool big)
    {
        if (big)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes[at..], value);
        }
        else
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes[at..], value);
        }
    }
}
