using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>What a preview plane shows: intensity = Min + code ÷ <see cref="MaxCode"/> × (Max − Min).</summary>
/// <param name="Grid">Size and pixel size of the plane, after binning.</param>
/// <param name="PixelType">UInt8 or UInt16.</param>
/// <param name="Range">Intensities of code 0 and of the largest code.</param>
/// <param name="Bin">Pixels of the image per pixel of the plane, along either axis, ≥ 1.</param>
public readonly record struct Preview(PixelGrid Grid, PixelType PixelType, DisplayRange Range, int Bin)
{
    /// <summary>The largest code: 255 or 65535.</summary>
    public int MaxCode => PixelType == PixelType.UInt8 ? byte.MaxValue : ushort.MaxValue;

    /// <summary>Bytes of the plane.</summary>
    public int Bytes => Grid.PixelCount * PixelType.BytesPerPixel();

    /// <summary>The intensity that a code stands for.</summary>
    public double Intensity(int code) => Range.Min + ((double)code / MaxCode * ((double)Range.Max - Range.Min));
}
