using FsCheck;
using FsCheck.Fluent;
using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Tests.Colour;

[TestFixture]
public class DisplayRangeTests
{
    [Test]
    public void Percentiles_are_those_of_the_sorted_pixels()
    {
        var images =
            from values in Gen.NonEmptyListOf(Gen.Choose(-9, 9))
            from low in Gen.Choose(0, 1000)
            from high in Gen.Choose(0, 1000)
            select (Pixels: values.Select(v => v / 4f).ToArray(), Low: Math.Min(low, high) / 10.0, High: Math.Max(low, high) / 10.0);
        Prop.ForAll(images.ToArbitrary(), image =>
        {
            DisplayRange range = DisplayRange.FromPercentiles(image.Pixels, image.Low, image.High);
            return Math.Abs(range.Min - Sorted(image.Pixels, image.Low)) < 1e-5 && Math.Abs(range.Max - Sorted(image.Pixels, image.High)) < 1e-5;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(9, 1));
    }

    [Test]
    public void Percentiles_are_those_of_the_pixels_that_count()
    {
        float[] pixels = [.. Enumerable.Range(0, 101).Select(i => (float)i), float.NaN, float.PositiveInfinity];
        Assert.That(DisplayRange.FromPercentiles(pixels, 0, 100), Is.EqualTo(new DisplayRange(0, 100)));
        Assert.That(DisplayRange.FromPercentiles(pixels, 12.5, 99.5), Is.EqualTo(new DisplayRange(12.5f, 99.5f)));
        Assert.That(DisplayRange.FromPercentiles([0, 0, 0, 4, 8], 0, 50, ignoreZeros: true), Is.EqualTo(new DisplayRange(4, 6)));
        Assert.That(DisplayRange.FromPercentiles([float.NaN], 0, 100), Is.EqualTo(default(DisplayRange)));
        Assert.That(() => DisplayRange.FromPercentiles(pixels, 60, 50), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Percentiles_of_a_large_image_come_from_a_part_of_it_and_are_near()
    {
        float[] pixels = [.. Enumerable.Range(0, 2_000_000).Select(i => (float)(i % 1024))];
        DisplayRange range = DisplayRange.FromPercentiles(pixels, 1, 99);

        Assert.That(range.Min, Is.EqualTo(10.2).Within(3));
        Assert.That(range.Max, Is.EqualTo(1012.8).Within(3));
    }

    private static double Sorted(float[] pixels, double percentile)
    {
        float[] sorted = [.. pixels.Order()];
        double rank = percentile / 100 * (sorted.Length - 1);
        int below = (int)Math.Floor(rank), above = (int)Math.Ceiling(rank);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
