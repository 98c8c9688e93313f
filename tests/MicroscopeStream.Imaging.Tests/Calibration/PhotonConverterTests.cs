using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;

namespace MicroscopeStream.Imaging.Tests.Calibration;

[TestFixture]
public class PhotonConverterTests
{
    private const int Count = 1003; // no multiple of any vector's width

    private static readonly CameraModel Emccd = new()
    {
        Kind = CameraKind.Emccd,
        BaselineAdu = 212.5,
        ElectronsPerAdu = 4.7,
        EmGain = 300,
        QuantumEfficiency = 0.85,
    };

    [TestCase(PixelType.UInt8)]
    [TestCase(PixelType.UInt12)]
    [TestCase(PixelType.UInt16)]
    [TestCase(PixelType.Float32)]
    public void Every_type_follows_the_formula(PixelType type)
    {
        float[] adu = Random(type);
        var photons = new float[Count];

        new PhotonConverter(Emccd, type, Count).Convert(Bytes(type, adu), photons);

        for (int i = 0; i < Count; i++)
        {
            double expected = (adu[i] - 212.5) * 4.7 / 300 / 0.85;
            Assert.That(photons[i], Is.EqualTo(expected).Within(1e-5 * (Math.Abs(expected) + 1)), $"pixel {i}");
        }
    }

    [Test]
    public void Maps_hold_per_pixel([Values] bool baselines, [Values] bool gains)
    {
        var random = new Random(4);
        float[] baselineMap = [.. Enumerable.Range(0, Count).Select(_ => 90 + (20 * random.NextSingle()))];
        float[] gainMap = [.. Enumerable.Range(0, Count).Select(_ => 0.4f + (0.2f * random.NextSingle()))];
        CameraModel camera = Emccd with { BaselineMap = baselines ? baselineMap : null, ElectronsPerAduMap = gains ? gainMap : null };
        float[] adu = Random(PixelType.UInt16);
        var photons = new float[Count];

        new PhotonConverter(camera, PixelType.UInt16, Count).Convert(Bytes(PixelType.UInt16, adu), photons);

        for (int i = 0; i < Count; i++)
        {
            double expected = (adu[i] - (baselines ? baselineMap[i] : 212.5)) * (gains ? gainMap[i] : 4.7) / 300 / 0.85;
            Assert.That(photons[i], Is.EqualTo(expected).Within(1e-5 * (Math.Abs(expected) + 1)), $"pixel {i}");
        }
    }

    [Test]
    public void Pixels_that_are_no_numbers_become_no_photons_and_are_counted([Values(0, 8, 500, Count - 1)] int at)
    {
        float[] adu = Random(PixelType.Float32), photons = new float[Count];
        adu[at] = float.NaN;
        adu[(at + 3) % Count] = float.PositiveInfinity;
        adu[(at + 5) % Count] = float.NegativeInfinity;

        ConversionCounts counts = new PhotonConverter(Emccd, PixelType.Float32, Count).Convert(Bytes(PixelType.Float32, adu), photons);

        Assert.That(counts, Is.EqualTo(new ConversionCounts(3, 0)));
        Assert.That(photons, Has.All.Matches<float>(float.IsFinite));
        Assert.That((photons[at], photons[(at + 3) % Count], photons[(at + 5) % Count]), Is.EqualTo((0f, 0f, 0f)));
    }

    [TestCase(PixelType.UInt8, 255)]
    [TestCase(PixelType.UInt12, 4095)]
    [TestCase(PixelType.UInt16, 65535)]
    public void Saturated_pixels_are_counted(PixelType type, float largest)
    {
        float[] adu = new float[Count];
        Array.Fill(adu, largest - 1);
        foreach (int i in (int[])[0, 7, 64, 65, Count - 1])
        {
            adu[i] = largest;
        }

        ConversionCounts counts = new PhotonConverter(Emccd, type, Count).Convert(Bytes(type, adu), new float[Count]);

        Assert.That(counts, Is.EqualTo(new ConversionCounts(0, 5)));
        Assert.That(counts + counts, Is.EqualTo(new ConversionCounts(0, 10)));
    }

    [Test]
    public void Converting_allocates_nothing([Values(PixelType.UInt8, PixelType.UInt16, PixelType.Float32)] PixelType type)
    {
        byte[] raw = Bytes(type, Random(type));
        var photons = new float[Count];
        var converter = new PhotonConverter(Emccd, type, Count);
        converter.Convert(raw, photons);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            converter.Convert(raw, photons);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Impossible_cameras_and_sizes_are_refused_by_name()
    {
        Assert.That(() => new PhotonConverter(Emccd with { EmGain = 0.5 }, PixelType.UInt8, 4), Throws.ArgumentException.With.Message.Contains("em_gain"));
        Assert.That(() => new PhotonConverter(Emccd with { BaselineMap = new float[3] }, PixelType.UInt8, 4), Throws.ArgumentException.With.Message.Contains("baseline_map"));
        Assert.That(() => new PhotonConverter(Emccd, PixelType.Unspecified, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        var converter = new PhotonConverter(Emccd, PixelType.UInt16, 4);
        Assert.That(() => converter.Convert(new byte[7], new float[4]), Throws.ArgumentException.With.Message.Contains("8 bytes"));
        Assert.That(() => converter.Convert(new byte[8], new float[3]), Throws.ArgumentException);
    }

    private static float[] Random(PixelType type)
    {
        var random = new Random(1);
        int most = (int)Math.Min(type.SaturationAdu(), 60000);
        return [.. Enumerable.Range(0, Count).Select(_ => type == PixelType.Float32 ? (random.NextSingle() * most) - 20 : random.Next(most))];
    }

    private static byte[] Bytes(PixelType type, float[] adu) => type switch
    {
        PixelType.UInt8 => [.. adu.Select(v => (byte)v)],
        PixelType.Float32 => MemoryMarshal.AsBytes(adu.AsSpan()).ToArray(),
        _ => MemoryMarshal.AsBytes(((ushort[])[.. adu.Select(v => (ushort)v)]).AsSpan()).ToArray(),
    };
}
