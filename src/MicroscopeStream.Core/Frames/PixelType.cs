namespace MicroscopeStream.Core.Frames;

/// <summary>How one pixel is stored: little-endian, one channel.</summary>
public enum PixelType
{
    /// <summary>Not stated; never valid for a session.</summary>
    Unspecified = 0,

    /// <summary>8-bit unsigned, 1 byte (GenICam Mono8).</summary>
    UInt8 = 1,

    /// <summary>12-bit unsigned, unpacked into 2 bytes, 0…4095 (GenICam Mono12).</summary>
    UInt12 = 2,

    /// <summary>16-bit unsigned, 2 bytes (GenICam Mono16).</summary>
    UInt16 = 3,

    /// <summary>IEEE 754 single, 4 bytes.</summary>
    Float32 = 4,
}

/// <summary>Sizes and ranges of <see cref="PixelType"/> values.</summary>
public static class PixelTypes
{
    /// <summary>Bytes that one pixel takes in a frame's payload: 1, 2 or 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is unspecified or unknown.</exception>
    public static int BytesPerPixel(this PixelType type) => type switch
    {
        PixelType.UInt8 => 1,
        PixelType.UInt12 or PixelType.UInt16 => 2,
        PixelType.Float32 => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown pixel type; known are UInt8, UInt12, UInt16, Float32."),
    };

    /// <summary>The ADU at which the converter saturates, or infinity for <see cref="PixelType.Float32"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is unspecified or unknown.</exception>
    public static double SaturationAdu(this PixelType type) => type switch
    {
        PixelType.UInt8 => byte.MaxValue,
        PixelType.UInt12 => 4095,
        PixelType.UInt16 => ushort.MaxValue,
        PixelType.Float32 => double.PositiveInfinity,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown pixel type; known are UInt8, UInt12, UInt16, Float32."),
    };
}
