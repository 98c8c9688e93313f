using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;

namespace MicroscopeStream.Imaging.Tests.Quality;

public class StructuralSimilarityTests
{
    private static readonly PixelGrid Grid = new(40, 30, 25);

    [Test]
    public void Scale_and_offset_do_not_matter_and_noise_does()
    {
        var random = new Random(1);
        float[] reference = [.. Enumerable.Range(0, 1200).Select(i => MathF.Sin(i % 40 / 3f) + MathF.Cos(i / 40 / 4f))];
        var measure = new StructuralSimilarity(Grid);
        Assert.That(measure.Compare(reference, reference), Is.EqualTo(1).Within(1e-5));
        Assert.That(measure.Compare([.. reference.Select(v => (3 * v) - 7)], reference), Is.EqualTo(1).Within(1e-4));
        double[] noisy = [.. ((float[])[0.05f, 0.2f, 0.8f]).Select(noise => measure.Compare([.. reference.Select(v => v + (noise * (random.NextSingle() - 0.5f)))], reference))];
        Assert.That(noisy, Is.Ordered.Descending);
        Assert.That(measure.Compare([.. Enumerable.Range(0, 1200).Select(_ => random.NextSingle())], reference), Is.LessThan(0.2));
        Assert.That(() => measure.Compare(reference.AsSpan(1), reference), Throws.ArgumentException);
    }

    [Test]
    public void Two_flat_images_differ_by_their_means_alone()
    {
        // Nothing can be fitted to an even image: its means stay the reference's, whose own variance c₂ weighs.
        float[] flat = new float[1200], step = [.. Enumerable.Range(0, 1200).Select(i => i % 40 < 20 ? 0f : 1f)];
        double similarity = new StructuralSimilarity(Grid).Compare(flat, step);
        Assert.That(similarity, Is.InRange(0, 0.5));
    }
}
