using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Linking;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Linking;

public sealed class FrameLinkerTests
{
    [Test]
    public void Visits_to_the_bright_state_are_found_again_and_their_merged_precision_is_right()
    {
        // 1500 visits in 20 × 20 µm over 600 frames, on-times geometric with mean 4; each localization with its own precision.
        var random = new Random(11);
        (List<Localization> table, List<(double X, double Y, int First, int Last)> visits) = Simulate(random, 1500, 600, 0.75);
        List<Track> tracks = FrameLinker.Link(table);
        double squares = 0, mean = 0, single = 0;
        int whole = 0;
        foreach ((double x, double y, int first, int last) in visits)
        {
            Track track = tracks.FirstOrDefault(t => t.FirstFrame == first && Math.Abs(t.Merged.X - x) < 60 && Math.Abs(t.Merged.Y - y) < 60);
            if (track.Localizations == last - first + 1)
            {
                whole++;
                squares += Square((track.Merged.X - x) / track.Merged.SigmaX) + Square((track.Merged.Y - y) / track.Merged.SigmaY);
                mean += track.Merged.SigmaX;
                Assert.That(track.Merged.Photons, Is.EqualTo(1000f * track.Localizations).Within(1e-3));
                Assert.That(track.Merged.SigmaPhotons, Is.EqualTo(40 * Math.Sqrt(track.Localizations)).Within(1e-2));
            }
        }

        single = table.Average(l => l.SigmaX);
        double z = Math.Sqrt(squares / (2 * whole));
        TestContext.Out.WriteLine($"{visits.Count} visits, {tracks.Count} tracks, {whole} whole; z-score {z:F3}; σ {single:F2} → {mean / whole:F2} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tracks, Has.Count.EqualTo(visits.Count).Within(15));
            Assert.That(whole, Is.GreaterThan(visits.Count * 0.98));
            Assert.That(z, Is.EqualTo(1).Within(0.05));
            Assert.That(mean / whole, Is.LessThan(0.75 * single));
        }
    }

    [Test]
    public void Lifetimes_come_out_as_they_went_in()
    {
        (List<Localization> table, _) = Simulate(new Random(12), 2000, 800, 0.8);
        var onTimes = new OnTimeStatistics(16);
        onTimes.Add(FrameLinker.Link(table));

        // The truth: P(n frames) ∝ 0.8^(n−1), so τ = −1 / ln 0.8 = 4.48 and a mean of 5.
        TestContext.Out.WriteLine($"τ {onTimes.LifetimeFrames:F2} frames, mean {onTimes.MeanFrames:F2}");
        Assert.That(onTimes.LifetimeFrames, Is.EqualTo(-1 / Math.Log(0.8)).Within(0.3));
        Assert.That(onTimes.MeanFrames, Is.EqualTo(5).Within(0.3));
        Assert.That(onTimes.MeanPhotons, Is.EqualTo(1000 * onTimes.MeanLocalizations).Within(1));
        Assert.That(onTimes.Counts.ToArray().Sum(), Is.EqualTo(onTimes.Tracks));
    }

    [TestCase(0, 3)]
    [TestCase(1, 2)]
    [TestCase(2, 1)]
    public void Gaps_are_bridged_up_to_the_dark_frames_allowed(int darkFrames, int expected)
    {
        // Seen in 0, 2 and 5: one dark frame, then two.
        List<Track> tracks = FrameLinker.Link([At(0, 500), At(2, 505), At(5, 495)], new LinkingOptions { DarkFrames = darkFrames });
        Assert.That(tracks, Has.Count.EqualTo(expected));
        Assert.That(tracks.Sum(t => t.Localizations), Is.EqualTo(3));
        Assert.That(tracks[^1].LastFrame, Is.EqualTo(5));
    }

    [Test]
    public void The_merged_position_weighs_by_precision()
    {
        Track track = FrameLinker.Link([At(3, 100, 5), At(4, 130, 10)]).Single();
        Assert.That(track.Merged.X, Is.EqualTo(((100 / 25.0) + (130 / 100.0)) / ((1 / 25.0) + (1 / 100.0))).Within(1e-9));
        Assert.That((double)track.Merged.SigmaX, Is.EqualTo(1 / Math.Sqrt((1 / 25.0) + (1 / 100.0))).Within(1e-5));
        Assert.That(track.OnFrames, Is.EqualTo(2));
    }

    [Test]
    public void Two_molecules_side_by_side_stay_two_and_keep_their_own()
    {
        // 25 nm apart, each with 10 nm: both within the radius of either.
        var random = new Random(13);
        var table = new List<Localization>();
        for (int f = 0; f < 20; f++)
        {
            table.Add(At(f, 525 + (3 * SpotMaker.Normal(random)), 10));
            table.Add(At(f, 500 + (3 * SpotMaker.Normal(random)), 10));
        }

        List<Track> tracks = FrameLinker.Link(table);
        Assert.That(tracks.Select(t => t.Localizations), Is.EqualTo(new[] { 20, 20 }));
        Assert.That(tracks.Select(t => t.Merged.X).Order(), Is.EqualTo(new[] { 500.0, 525 }).Within(3));
    }

    [Test]
    public void Depth_separates_what_lies_one_above_the_other()
    {
        Localization low = At(0, 500) with { Z = -200, SigmaZ = 20 }, high = At(1, 500) with { Z = 200, SigmaZ = 20 };
        Assert.That(FrameLinker.Link([low, high]), Has.Count.EqualTo(2));
        Assert.That(FrameLinker.Link([low, high with { Z = -170 }]).Single().Merged.Z, Is.EqualTo(-185).Within(1e-6));
    }

    [Test]
    public void A_fixed_radius_is_what_counts_when_it_is_given([Values(29.9, 30.1)] double distance)
    {
        List<Track> tracks = FrameLinker.Link([At(0, 500), At(1, 500 + distance)], new LinkingOptions { FixedRadiusNm = 30 });
        Assert.That(tracks, Has.Count.EqualTo(distance < 30 ? 1 : 2));
    }

    [Test]
    public void Molecules_are_given_as_soon_as_they_have_ended()
    {
        var linker = new FrameLinker(new LinkingOptions { DarkFrames = 1 });
        var finished = new List<Track>();
        linker.Add(7, [At(7, 100), At(7, 900)], finished);
        linker.Add(8, [At(8, 101)], finished);
        linker.Add(9, [At(9, 102)], finished);
        Assert.That(finished, Is.Empty);
        linker.Add(10, [], finished);
        Assert.That(finished.Single().Merged.X, Is.EqualTo(900));
        Assert.That(linker.Open, Is.EqualTo(1));
        linker.Flush(finished);
        Assert.That(finished[1].Localizations, Is.EqualTo(3));
        Assert.That(linker.Open, Is.Zero);
    }

    [Test]
    public void A_frame_allocates_nothing_once_the_buffers_have_grown()
    {
        var random = new Random(14);
        Localization[][] frames = [.. Enumerable.Range(0, 300).Select(f =>
            Enumerable.Range(0, 80).Select(i => At(f, (100 * i) + random.NextDouble())).Where(_ => random.NextDouble() < 0.7).ToArray())];
        var linker = new FrameLinker();
        var finished = new List<Track>(100_000);
        for (int f = 0; f < 200; f++)
        {
            linker.Add(f, frames[f], finished);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int f = 200; f < 300; f++)
        {
            linker.Add(f, frames[f], finished);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(finished, Is.Not.Empty);
    }

    [Test]
    public void Frames_out_of_order_and_of_others_are_refused_in_words()
    {
        var linker = new FrameLinker();
        var finished = new List<Track>();
        linker.Add(5, [], finished);
        Assert.That(() => linker.Add(5, [], finished), Throws.ArgumentException.With.Message.Contains("frames in order"));
        Assert.That(() => linker.Add(6, [At(4, 1)], finished), Throws.ArgumentException.With.Message.Contains("frame 4"));
        Assert.That(() => new FrameLinker(new LinkingOptions { RadiusSigmas = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void What_has_no_position_is_passed_over_and_what_has_no_precision_still_links()
    {
        Localization none = new() { Frame = 0, X = double.NaN, Y = 5 };
        Localization bare = new() { Frame = 0, X = 50, Y = 50 };
        Track track = FrameLinker.Link([none, bare, bare with { Frame = 1, X = 60 }]).Single();
        Assert.That(track.Merged.X, Is.EqualTo(55));
        Assert.That(track.Merged.SigmaX, Is.NaN);
        Assert.That(track.Merged.Photons, Is.NaN);
    }

    private static Localization At(long frame, double x, float sigma = 10) =>
        new() { Frame = frame, X = x, Y = 300, SigmaX = sigma, SigmaY = sigma };

    private static double Square(double x) => x * x;

    private static (List<Localization>, List<(double X, double Y, int First, int Last)>) Simulate(Random random, int count, int frames, double stay)
    {
        var table = new List<Localization>();
        var visits = new List<(double X, double Y, int First, int Last)>();
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = (random.NextDouble() * 20000, random.NextDouble() * 20000);
            int first = random.Next(frames), last = first;
            while (random.NextDouble() < stay)
            {
                last++;
            }

            visits.Add((x, y, first, last));
            for (int f = first; f <= last; f++)
            {
                float sigma = 5 + (10 * random.NextSingle());
                table.Add(new Localization
                {
                    Frame = f,
                    X = x + (sigma * SpotMaker.Normal(random)),
                    Y = y + (sigma * SpotMaker.Normal(random)),
                    SigmaX = sigma,
                    SigmaY = sigma,
                    Photons = 1000,
                    SigmaPhotons = 40,
                });
            }
        }

        return (table, visits);
    }
}
