using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>What must be true of tiles for any frame, and when there are any.</summary>
public class TilePlanTests
{
    private static readonly Lazy<ModelManifest> Manifest = new(Load);

    [Test]
    public void Kept_parts_cover_the_frame_once_and_lie_far_enough_from_every_inner_border([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 200; i++)
        {
            int multiple = random.Next(1, 9), overlap = random.Next(0, 60), most = random.Next(1, 300 * 300), lanes = random.Next(1, 9);
            int maximum = random.Next(2 * TileAxis.RoundUp(overlap, multiple) + (2 * multiple), 700);
            var size = new ModelSize
            {
                Multiple = multiple,
                Minimum = Math.Min(32, maximum / multiple * multiple),
                Maximum = maximum,
                Overlap = overlap,
            };
            (int height, int width) = (random.Next(1, 1500), random.Next(1, 1500));
            TilePlan plan = TilePlan.For(With(size), height, width, new TilingOptions { MaximumPixels = most }, lanes);
            string what = $"{height} × {width}, {size}, {most} px, {lanes} lanes";
            Check(plan.Rows, height, multiple, overlap, what);
            Check(plan.Columns, width, multiple, overlap, what);
            Assert.That(Math.Max(plan.Rows.Tile, plan.Columns.Tile), Is.LessThanOrEqualTo(maximum), what);
            if (plan.Count > 1)
            {
                int edge = Math.Max(4 * TileAxis.RoundUp(overlap, multiple), TileAxis.RoundUp(size.Minimum, multiple));
                Assert.That((long)plan.Rows.Tile * plan.Columns.Tile, Is.LessThanOrEqualTo(Math.Max(most, edge * edge)), what);
            }
        }
    }

    [Test]
    public void A_network_of_one_fixed_shape_covers_any_frame_with_it([Range(0, 4)] int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++)
        {
            int multiple = random.Next(1, 5), overlap = random.Next(0, 20);
            var size = new ModelSize { Multiple = multiple, Fixed = [random.Next(60, 200), random.Next(60, 200)], Overlap = overlap };
            (int height, int width) = (random.Next(1, 900), random.Next(1, 900));
            TilePlan plan = TilePlan.For(With(size), height, width, new TilingOptions { MaximumPixels = 1 }, lanes: 2);
            string what = $"{height} × {width}, tiles {size.Fixed[0]} × {size.Fixed[1]}, {size}";
            Assert.That((plan.Rows.Tile, plan.Columns.Tile), Is.EqualTo((size.Fixed[0], size.Fixed[1])), what);
            Check(plan.Rows, height, multiple, overlap, what);
            Check(plan.Columns, width, multiple, overlap, what);
        }
    }

    [TestCase(768, 768, 1)]
    [TestCase(768, 772, 2)]
    [TestCase(1024, 1024, 2)]
    public void By_default_frames_above_768_by_768_are_tiled(int height, int width, int tiles)
    {
        ModelManifest manifest = With(new ModelSize { Multiple = 4, Minimum = 32, Maximum = 2048, Overlap = 41 });
        Assert.That(TilePlan.For(manifest, height, width, new TilingOptions(), lanes: 2).Count, Is.EqualTo(tiles));
    }

    [Test]
    public void A_network_that_does_not_tell_its_overlap_is_tiled_only_where_it_could_not_run_otherwise()
    {
        ModelManifest manifest = With(new ModelSize { Multiple = 4, Maximum = 512 });
        var options = new TilingOptions { MaximumPixels = 100 * 100 };
        Assert.That(TilePlan.For(manifest, 512, 512, options, 1).Count, Is.EqualTo(1));
        TilePlan tiled = TilePlan.For(manifest, 516, 512, options, 1);
        Assert.That(tiled.Count, Is.GreaterThan(1));
        Check(tiled.Rows, 516, 4, TilePlan.OverlapIfUnknown, "default overlap");
    }

    [Test]
    public void A_full_number_of_lanes_is_preferred_where_it_costs_no_more_time()
    {
        ModelManifest manifest = With(new ModelSize { Multiple = 4, Maximum = 16384, Overlap = 10 });
        Assert.That(TilePlan.For(manifest, 300, 1500, new TilingOptions { MaximumPixels = 300 * 560 }, lanes: 1).Count, Is.EqualTo(3));
        Assert.That(TilePlan.For(manifest, 300, 1500, new TilingOptions { MaximumPixels = 300 * 560 }, lanes: 2).Count, Is.EqualTo(4));
    }

    private static void Check(TileAxis axis, int length, int multiple, int overlap, string what)
    {
        int covered = 0;
        foreach (TileSpan span in axis.Spans)
        {
            Assert.That(span.Start % multiple, Is.Zero, what);
            Assert.That(span.Start + axis.Tile, Is.LessThanOrEqualTo(axis.Padded), what);
            Assert.That(span.KeepStart, Is.EqualTo(covered), what);
            Assert.That(span.KeepEnd, Is.GreaterThan(span.KeepStart), what);
            Assert.That(span.KeepStart == 0 ? overlap : span.KeepStart - span.Start, Is.GreaterThanOrEqualTo(overlap), what);
            int after = span.Start + axis.Tile - span.KeepEnd;
            Assert.That(span.KeepEnd == axis.Padded ? overlap : after, Is.GreaterThanOrEqualTo(overlap), what);
            covered = span.KeepEnd;
        }

        Assert.That(axis.Spans[0].Start, Is.Zero, what);
        Assert.That(axis.Spans[^1].Start + axis.Tile, Is.EqualTo(axis.Padded), what);
        Assert.That(covered, Is.EqualTo(axis.Padded), what);
        Assert.That(axis.Padded, Is.GreaterThanOrEqualTo(length), what);
    }

    private static ModelManifest With(ModelSize size) => Manifest.Value with { Input = Manifest.Value.Input with { Size = size } };

    private static ModelManifest Load()
    {
        using var models = new TinyModels();
        return ModelPackageLoader.Load(models.OneGraph()).Manifest;
    }
}
