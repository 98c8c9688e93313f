using System.Numerics;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>
/// Turns raw pixels into photons: (ADU − baseline) × e⁻/ADU ÷ EM gain ÷ quantum efficiency, with the camera's maps where it
/// has them. Negative photons are kept: clipping would bias every mean.
/// </summary>
/// <remarks>Immutable, hence thread-safe. Converting allocates nothing.</remarks>
public sealed class PhotonConverter
{
    private readonly PixelType _pixelType;
    private readonly float _baseline;
    private readonly float _gain;
    private readonly float[] _baselines;
    private readonly float[] _gains;

    /// <summary>Makes a converter for one camera and one kind of frame.</summary>
    /// <param name="camera">The camera.</param>
    /// <param name="pixelType">Type of the raw pixels.</param>
    /// <param name="pixelCount">Pixels per frame, ≥ 1.</param>
    /// <exception cref="ArgumentException">The camera description is impossible; the message names field, value and remedy.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown or the count below 1.</exception>
    public PhotonConverter(CameraModel camera, PixelType pixelType, int pixelCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelCount, 1);
        if (camera.Validate(pixelCount) is [CameraProblem problem, ..])
        {
            throw new ArgumentException($"Camera field {problem.Field} is {problem.Value}; give {problem.Expected}.", nameof(camera));
        }

        BytesPerFrame = checked(pixelType.BytesPerPixel() * pixelCount);
        PixelCount = pixelCount;
        _pixelType = pixelType;
        _baseline = (float)camera.BaselineAdu;
        _gain = (float)camera.PhotonsPerAdu;
        bool mapped = camera.BaselineMap is not null || camera.ElectronsPerAduMap is not null;
        _baselines = mapped ? Map(camera.BaselineMap, _baseline, 1, pixelCount) : [];
        _gains = mapped ? Map(camera.ElectronsPerAduMap, _gain, 1 / camera.EmGain / camera.QuantumEfficiency, pixelCount) : [];
    }

    /// <summary>Pixels per frame.</summary>
    public int PixelCount { get; }

    /// <summary>Bytes per raw frame.</summary>
    public int BytesPerFrame { get; }

    /// <summary>Converts one frame.</summary>
    /// <param name="raw">Row-major (y, x), little-endian; <see cref="BytesPerFrame"/> bytes.</param>
    /// <param name="photons">Gets the photons in the same order; at least <see cref="PixelCount"/> long. Pixels that are NaN or infinite become 0.</param>
    /// <exception cref="ArgumentException">A buffer is not of that size.</exception>
    public ConversionCounts Convert(ReadOnlySpan<byte> raw, Span<float> photons)
    {
        if (raw.Length != BytesPerFrame || photons.Length < PixelCount)
        {
            throw new ArgumentException(
                $"A frame takes {BytesPerFrame} bytes and gives {PixelCount} pixels; {raw.Length} bytes and room for {photons.Length} were given.");
        }

        photons = photons[..PixelCount];
        ConversionCounts counts = _pixelType switch
        {
            PixelType.UInt8 => Load(raw, photons),
            PixelType.UInt12 => Load(MemoryMarshal.Cast<byte, ushort>(raw), photons, 4095),
            PixelType.UInt16 => Load(MemoryMarshal.Cast<byte, ushort>(raw), photons, ushort.MaxValue),
            _ => Load(MemoryMarshal.Cast<byte, float>(raw), photons),
        };
        if (_gains.Length > 0)
        {
            ScaleByMaps(photons);
        }
        else
        {
            Scale(photons);
        }

        // Only now, so that a replaced pixel is 0 photons whatever the baseline.
        return counts.NonFinite == 0 ? counts : counts with { NonFinite = ReplaceNonFinite(photons) };
    }

    private static float[] Map(float[]? map, float otherwise, double factor, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = map is null ? otherwise : (float)(map[i] * factor);
        }

        return values;
    }

    private static ConversionCounts Load(ReadOnlySpan<byte> raw, Span<float> adu)
    {
        int saturated = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            adu[i] = raw[i];
            saturated += raw[i] == byte.MaxValue ? 1 : 0;
        }

        return new ConversionCounts(0, saturated);
    }

    private static ConversionCounts Load(ReadOnlySpan<ushort> raw, Span<float> adu, ushort largest)
    {
        int i = 0, saturated = 0;
        var limit = new Vector<ushort>(largest);
        for (; i <= raw.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var values = new Vector<ushort>(raw[i..]);
            Vector.Widen(values, out Vector<uint> low, out Vector<uint> high);
            Vector.ConvertToSingle(Vector.AsVectorInt32(low)).CopyTo(adu[i..]);
            Vector.ConvertToSingle(Vector.AsVectorInt32(high)).CopyTo(adu[(i + Vector<uint>.Count)..]);
            if (Vector.GreaterThanOrEqualAny(values, limit))
            {
                saturated += CountAtLeast(raw.Slice(i, Vector<ushort>.Count), largest);
            }
        }

        saturated += CountAtLeast(raw[i..], largest);
        for (; i < raw.Length; i++)
        {
            adu[i] = raw[i];
        }

        return new ConversionCounts(0, saturated);
    }

    private static int CountAtLeast(ReadOnlySpan<ushort> values, ushort limit)
    {
        int count = 0;
        foreach (ushort value in values)
        {
            count += value >= limit ? 1 : 0;
        }

        return count;
    }

    private static ConversionCounts Load(ReadOnlySpan<float> raw, Span<float> adu)
    {
        raw.CopyTo(adu);
        int i = 0;
        for (; i <= raw.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = new Vector<float>(raw[i..]);

            // x − x is 0 for every finite number and NaN for all others.
            if (!Vector.EqualsAll(values - values, Vector<float>.Zero))
            {
                return new ConversionCounts(1, 0);
            }
        }

        foreach (float value in raw[i..])
        {
            if (!float.IsFinite(value))
            {
                return new ConversionCounts(1, 0);
            }
        }

        return default;
    }

    private static int ReplaceNonFinite(Span<float> photons)
    {
        int count = 0;
        foreach (ref float value in photons)
        {
            if (!float.IsFinite(value))
            {
                value = 0;
                count++;
            }
        }

        return count;
    }

    private void Scale(Span<float> values)
    {
        var baseline = new Vector<float>(_baseline);
        var gain = new Vector<float>(_gain);
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((new Vector<float>(values[i..]) - baseline) * gain).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = (values[i] - _baseline) * _gain;
        }
    }

    private void ScaleByMaps(Span<float> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ((new Vector<float>(values[i..]) - new Vector<float>(_baselines, i)) * new Vector<float>(_gains, i)).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = (values[i] - _baselines[i]) * _gains[i];
        }
    }
}
