using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Core.Tests.Frames;

public sealed class PixelTypesTests
{
    [TestCase(PixelType.UInt8, 1, 255)]
    [TestCase(PixelType.UInt12, 2, 4095)]
    [TestCase(PixelType.UInt16, 2, 65535)]
    [TestCase(PixelType.Float32, 4, double.PositiveInfinity)]
    public void Sizes_and_saturation_are_those_of_the_storage(PixelType type, int bytes, double saturation) =>
        Assert.That((type.BytesPerPixel(), type.SaturationAdu()), Is.EqualTo((bytes, saturation)));

    [Test]
    public void Unknown_types_are_refused([Values(PixelType.Unspecified, (PixelType)99)] PixelType type)
    {
        Assert.That(() => type.BytesPerPixel(), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("known are"));
        Assert.That(() => type.SaturationAdu(), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
