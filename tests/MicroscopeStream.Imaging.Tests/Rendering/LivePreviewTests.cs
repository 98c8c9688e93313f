using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Imaging.Tests.Rendering;

[TestFixture]
public class LivePreviewTests
{
    [TestCase(150, 140, 1000)]
    [TestCase(150, 140, 50)]
    public void What_is_kept_up_to_date_in_parts_is_what_a_whole_conversion_makes(int width, int height, int maxSize)
    {
        var grid = new PixelGrid(width, height, 20);
        var renderer = new GaussianRenderer(grid, GaussianWidth.FromPrecision(15, 60, 20));
        float[] kept = new float[grid.PixelCount];
        var changed = new ChangedTiles(grid);
        var preview = new LivePreview(grid, maxSize);
        var random = new Random(3);
        for (int round = 0; round < 40; round++)
        {
            for (int i = 0; i < 5; i++)
            {
                renderer.Add(new Localization { Frame = round, X = random.NextDouble() * grid.WidthNm, Y = random.NextDouble() * grid.HeightNm, SigmaX = 10, SigmaY = 10 });
            }

            renderer.CopyChangesTo(kept, changed);
            preview.Update(kept, changed);
        }

        Assert.That(kept, Is.EqualTo(renderer.Snapshot().Pixels));
        byte[] codes = new byte[preview.Plane.PixelCount];
        var whole = new PreviewConverter(maxSize);
        whole.Convert(kept, grid, codes, preview.Range);
        Assert.That(preview.Codes.ToArray(), Is.EqualTo(codes));
        DisplayRange automatic = whole.Convert(kept, grid, codes).Range;
        Assert.That(preview.Range.Max, Is.EqualTo(automatic.Max).Within(0.1 * automatic.Max + 1e-6), "the range follows the percentiles");
        Assert.That(preview.Range.Min, Is.Zero);
    }

    [Test]
    public void Only_tiles_that_were_drawn_on_are_copied()
    {
        var grid = new PixelGrid(200, 130, 10);
        var renderer = new GaussianRenderer(grid, GaussianWidth.FromPrecision(5, 40, 10));
        float[] kept = new float[grid.PixelCount];
        var changed = new ChangedTiles(grid);
        renderer.CopyChangesTo(kept, changed);
        Assert.That(changed.IsAll, "the first copy is whole");

        renderer.CopyChangesTo(kept, changed);
        Assert.That(changed.Count, Is.Zero, "nothing was drawn");

        // 10 px (100 nm) about column 128, row 32: the second and third tile of the first row, as one block.
        renderer.Add(new Localization { Frame = 0, X = 1280, Y = 320, SigmaX = 20, SigmaY = 20 });
        Array.Fill(kept, -1);
        renderer.CopyChangesTo(kept, changed);
        var blocks = new List<PixelBlock>();
        foreach (PixelBlock block in changed)
        {
            blocks.Add(block);
        }

        Assert.That(blocks, Is.EqualTo(new[] { new PixelBlock(64, 0, 192, 64) }));
        Assert.That(kept.Count(value => value == -1), Is.EqualTo(grid.PixelCount - (128 * 64)), "the rest is as it was");

        renderer.Clear();
        renderer.CopyChangesTo(kept, changed);
        Assert.That(kept, Is.All.Zero);
    }

    [Test]
    public void Tiles_at_the_far_edges_are_cut_off()
    {
        var changed = new ChangedTiles(new PixelGrid(70, 65, 10));
        changed.Mark(69, 64, 70, 65);
        changed.Mark(3, 3, 3, 3);
        ChangedTiles.Enumerator blocks = changed.GetEnumerator();
        Assert.That(blocks.MoveNext());
        Assert.That(blocks.Current, Is.EqualTo(new PixelBlock(64, 64, 70, 65)));
        Assert.That(blocks.MoveNext(), Is.False);
        Assert.That(() => changed.Set(new ChangedTiles(new PixelGrid(65, 65, 10))), Throws.ArgumentException);
    }

    [Test]
    public void The_range_of_a_camera_image_has_its_percentiles_and_one_of_a_constant_is_not_empty()
    {
        var grid = new PixelGrid(100, 100, 100);
        var changed = new ChangedTiles(grid);
        changed.MarkAll();
        var preview = new LivePreview(grid, 100);
        preview.Update([.. Enumerable.Range(0, 10_000).Select(i => (i % 100) - 50.5f)], changed);
        Assert.That(preview.Range.Min, Is.EqualTo(-50.5).Within(0.05));
        Assert.That(preview.Range.Max, Is.EqualTo(48.5).Within(0.05));

        float[] odd = [.. Enumerable.Repeat(500f, 10_000)];
        odd[77] = float.NaN;
        odd[78] = float.PositiveInfinity;
        preview.Update(odd, changed);
        Assert.That(preview.Range.Min, Is.LessThanOrEqualTo(500).And.GreaterThan(499.5));
        Assert.That(preview.Range.Max, Is.GreaterThan(500).And.LessThan(500.5));
        Assert.That((preview.Codes[77], preview.Codes[78]), Is.EqualTo(((byte)0, (byte)255)));
    }

    [TestCase(64)]
    [TestCase(32)]
    public void Where_nothing_is_there_is_no_depth(int maxSize)
    {
        var grid = new PixelGrid(64, 64, 20);
        var renderer = new DepthRenderer(grid, GaussianWidth.Constant(15));
        renderer.Add([new Localization { Frame = 0, X = 300, Y = 300, Z = -200 }, new Localization { Frame = 0, X = 900, Y = 900, Z = 300 }]);
        float[] brightness = new float[grid.PixelCount], depth = new float[grid.PixelCount];
        var changed = new ChangedTiles(grid);
        renderer.CopyChangesTo(brightness, depth, changed);
        var preview = new LivePreview(grid, maxSize, hasGaps: true);
        preview.Update(depth, changed);

        int edge = preview.Plane.Width, bin = 64 / edge;
        double At(int x, int y) => preview.Range.Min + (preview.Codes[(y / bin * edge) + (x / bin)] / 255.0 * (preview.Range.Max - preview.Range.Min));
        Assert.That(At(15, 15), Is.EqualTo(-200).Within(1.5));
        Assert.That(At(45, 45), Is.EqualTo(300).Within(1.5));
        Assert.That(preview.Codes[^1], Is.Zero);
        Assert.That(preview.Codes[(15 / bin * edge) + (15 / bin)], Is.EqualTo(1), "0 is left to what is not there");

        ReadOnlyMemory<byte> part = new PlaneBinner().Bin(preview.Codes, edge, new PlanePart(0, 0, edge, edge, 8), withoutZeros: true);
        Assert.That(part.Span[(45 / bin / 8 * (edge / 8)) + (45 / bin / 8)], Is.EqualTo(255), "no mean with nothing");
    }

    [Test]
    public void Updates_allocate_nothing()
    {
        var grid = new PixelGrid(300, 200, 10);
        var random = new Random(2);
        float[] image = [.. Enumerable.Range(0, grid.PixelCount).Select(_ => random.NextSingle())];
        var changed = new ChangedTiles(grid);
        changed.MarkAll();
        var preview = new LivePreview(grid, 128);
        preview.Update(image, changed);
        changed.Clear();
        changed.Mark(100, 100, 130, 130);

        long before = GC.GetAllocatedBytesForCurrentThread();
        preview.Update(image, changed);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Impossible_values_are_refused()
    {
        var grid = new PixelGrid(8, 8, 10);
        Assert.That(() => new LivePreview(grid, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LivePreview(grid, 8).Update(new float[63], new ChangedTiles(grid)), Throws.ArgumentException);
        Assert.That(() => new LivePreview(grid, 8).Update(new float[64], new ChangedTiles(new PixelGrid(8, 9, 10))), Throws.ArgumentException);
    }
}
