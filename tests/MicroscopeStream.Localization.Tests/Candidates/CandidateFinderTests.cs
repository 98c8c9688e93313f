using MicroscopeStream.Localizations.Candidates;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Candidates;

public sealed class CandidateFinderTests
{
    [Test]
    public void Isolated_emitters_are_found_at_their_pixels_also_beside_the_border()
    {
        const int Width = 61, Height = 47;
        (double X, double Y)[] emitters = [(1.6, 1.4), (30.2, 20.7), (59.4, 45.5), (12.5, 40.1), (45.7, 8.9)];
        var frame = new float[Width * Height];
        Array.Fill(frame, 20f);
        foreach ((double x, double y) in emitters)
        {
            AddSpot(frame, Width, Height, x, y, 1000);
        }

        SpotMaker.AddNoise(new Random(5), frame);
        var found = new List<Candidate>();
        new CandidateFinder(Width, Height, 1.2, 5).Find(frame, found);
        Assert.That(found, Has.Count.EqualTo(emitters.Length));
        foreach ((double x, double y) in emitters)
        {
            Assert.That(found.Any(c => Math.Abs(c.X + 0.5 - x) <= 1 && Math.Abs(c.Y + 0.5 - y) <= 1), $"({x}, {y})");
        }
    }

    [TestCase(1, 1, 0)]
    [TestCase(200, 1, 0)]
    [TestCase(50, 2, 0)]
    [TestCase(2, 1, 3)]
    public void False_alarms_keep_to_the_threshold_whatever_the_background(double background, double excess, double readNoise)
    {
        const int Size = 256;
        var frame = new float[Size * Size];
        Array.Fill(frame, (float)background);
        SpotMaker.AddNoise(new Random(11), frame, excess, readNoise);
        var found = new List<Candidate>();
        new CandidateFinder(Size, Size, 1.2, 5, readNoise * readNoise, excess).Find(frame, found);

        // At five standard deviations a Gaussian leaves 0.02 of 65,536 pixels; dim Poisson tails are heavier.
        Assert.That(found, Has.Count.LessThanOrEqualTo(background < 2 ? 20 : 2));
    }

    [Test]
    public void A_flat_frame_and_a_frame_smaller_than_the_filter_hold_no_candidates()
    {
        var found = new List<Candidate>();
        new CandidateFinder(3, 2, 1.2, 4).Find(new float[6], found);
        Assert.That(found, Is.Empty);
        float[] flat = new float[32 * 32];
        Array.Fill(flat, 65535f);
        new CandidateFinder(32, 32, 1.2, 4).Find(flat, found);
        Assert.That(found, Is.Empty);
    }

    private static void AddSpot(float[] frame, int width, int height, double x, double y, double photons)
    {
        for (int j = 0; j < height; j++)
        {
            for (int i = 0; i < width; i++)
            {
                frame[(j * width) + i] += (float)(photons * SpotMaker.Share(i, x, 1.2) * SpotMaker.Share(j, y, 1.2));
            }
        }
    }
}
