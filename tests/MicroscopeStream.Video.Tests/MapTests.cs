using MicroscopeStream.Core.Frames;
using MicroscopeStream.Video.Maps;
using MicroscopeStream.Video.Trust;

namespace MicroscopeStream.Video.Tests;

public class MapTests
{
    private static readonly PixelGrid Grid = new(16, 12, 25);

    [Test]
    public void A_localization_keeps_its_weight_and_its_place_below_the_pixel()
    {
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            var map = new LocalizationMap(Grid);
            double x = 30 + (340 * random.NextDouble()), y = 30 + (240 * random.NextDouble()), sigma = 50 * random.NextDouble();
            map.Add(x, y, sigma);
            double sum = 0, mx = 0, my = 0;
            for (int p = 0; p < Grid.PixelCount; p++)
            {
                float w = map.Weights.Span[p];
                (sum, mx, my) = (sum + w, mx + (w * Grid.CentreNm(p % 16)), my + (w * Grid.CentreNm(p / 16)));
            }

            Assert.That(sum, Is.EqualTo(1 / (1 + (sigma * sigma / 625))).Within(1e-5));
            Assert.That(mx / sum, Is.EqualTo(x).Within(0.01));
            Assert.That(my / sum, Is.EqualTo(y).Within(0.01));
        }
    }

    [Test]
    public void What_is_not_known_or_not_in_the_field_does_no_harm()
    {
        var map = new LocalizationMap(Grid);
        map.Add(200, 150, double.NaN);
        Assert.That(map.Weights.ToArray().Sum(), Is.EqualTo(0.5).Within(1e-5));
        foreach ((double x, double y) in ((double, double)[])[(-1, 10), (10, -1), (400, 10), (10, 300), (double.NaN, 10), (double.PositiveInfinity, 1)])
        {
            map.Add(x, y, 10);
        }

        map.Add(0, 0, 0);
        map.Add(399.99, 299.99, 0);
        Assert.That(map.Count, Is.EqualTo(3));
        Assert.That(map.Weights.ToArray().Sum(), Is.EqualTo(0.5 + 0.25 + 0.25).Within(1e-3), "a corner's other three quarters lie outside");
    }

    [Test]
    public void Support_counts_what_lies_around_and_ages()
    {
        var support = new SupportMap(Grid, slices: 10);
        var map = new LocalizationMap(Grid);
        Assert.That(support.Age.ToArray(), Is.All.EqualTo(SupportMap.Never));
        map.Add(8.5 * 25, 6.5 * 25, 10);
        map.Add(8.5 * 25, 6.5 * 25, 10);
        support.Add(map);
        Assert.That(At(support.Count, 8, 6), Is.EqualTo(2));
        Assert.That(At(support.Count, 10, 8), Is.EqualTo(2));
        Assert.That(At(support.Count, 11, 6), Is.Zero);
        Assert.That((At(support.Age, 8, 6), At(support.Age, 11, 6)), Is.EqualTo((0, (int)SupportMap.Never)));
        map.Clear();
        for (int i = 0; i < 7; i++)
        {
            support.Add(map);
        }

        Assert.That((At(support.Count, 8, 6), At(support.Age, 8, 6)), Is.EqualTo((1, 7)), "2 exp(-0.7) is nearly 1");
        for (int i = 0; i < 300; i++)
        {
            support.Add(map);
        }

        Assert.That((At(support.Count, 8, 6), At(support.Age, 8, 6)), Is.EqualTo((0, (int)SupportMap.Never)));
        static int At(ReadOnlyMemory<byte> plane, int x, int y) => plane.Span[(y * 16) + x];
    }

    [TestCase(0, 40, MotionVerdict.Supported)]
    [TestCase(5, 40, MotionVerdict.Supported)]
    [TestCase(60, 6, MotionVerdict.TooFast)]
    [TestCase(0, 1, MotionVerdict.Sparse)]
    public void Motion_is_too_fast_when_a_place_is_left_before_it_was_seen(double nmPerSlice, double perSlice, MotionVerdict expected)
    {
        PixelGrid grid = VideoReconstructor.GridOf(Lines.Camera, 4);
        var watch = new MotionWatch(grid);
        Assert.That(watch.Verdict, Is.EqualTo(MotionVerdict.Unknown));
        var map = new LocalizationMap(grid);
        var lines = new Lines(5, nmPerSlice, perSlice, 1);
        for (int slice = 0; slice < Math.Min(70, nmPerSlice > 0 ? 2400 / nmPerSlice : 70); slice++)
        {
            map.Clear();
            foreach (Core.Results.Localization one in lines.Frame(slice))
            {
                map.Add(one.X, one.Y, one.LateralUncertainty);
            }

            watch.Add(map);
        }

        Assert.That(watch.Verdict, Is.EqualTo(expected), string.Join(" ", watch.Neighbours.Select(n => n.ToString("F2"))));
        watch.Reset();
        Assert.That(watch.Verdict, Is.EqualTo(MotionVerdict.Unknown));
    }
}
