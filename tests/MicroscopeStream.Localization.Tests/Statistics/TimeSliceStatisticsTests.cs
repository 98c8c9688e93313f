using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Linking;
using MicroscopeStream.Localizations.Statistics;
using MicroscopeStream.Localizations.Tests.Fitting;

namespace MicroscopeStream.Localizations.Tests.Statistics;

public sealed class TimeSliceStatisticsTests
{
    [Test]
    public void Each_slice_tells_what_its_frames_held()
    {
        var statistics = new TimeSliceStatistics(50, sliceFrames: 10);
        for (int f = 100; f < 125; f++)
        {
            int count = f < 110 ? 5 : f < 120 ? 20 : 0;
            statistics.AddFrame(f, [.. Enumerable.Range(0, count).Select(_ => Row(f, f < 110 ? 1000 : 500))]);
        }

        IReadOnlyList<TimeSlice> slices = statistics.Snapshot();
        Assert.That(slices.Select(s => (s.FirstFrame, s.Frames, s.Localizations)), Is.EqualTo(new (long, long, long)[] { (100, 10, 50), (110, 10, 200), (120, 5, 0) }));
        Assert.That(slices.Select(s => s.DensityPerUm2), Is.EqualTo(new[] { 0.1, 0.4, 0 }).Within(1e-12));
        Assert.That(slices[1].Photons.Mean, Is.EqualTo(500));
        Assert.That(slices[0].Background.Mean, Is.EqualTo(12));
        Assert.That(slices[0].UncertaintyNm.Mean, Is.EqualTo(10).Within(1e-6));
        Assert.That(slices[2].Photons.Mean, Is.NaN);
    }

    [Test]
    public void Medians_come_within_their_bins_of_the_sorted_values()
    {
        var random = new Random(5);
        var statistics = new TimeSliceStatistics(1);
        Localization[] rows = [.. Enumerable.Range(0, 5001).Select(_ => Row(0, (float)Math.Exp(7 + SpotMaker.Normal(random))))];
        statistics.AddFrame(0, rows);
        float median = rows.Select(l => l.Photons).Order().ElementAt(2500);
        Assert.That(statistics.Snapshot()[0].Photons.Median, Is.EqualTo(median).Within(4).Percent);
    }

    [Test]
    public void Slices_grow_longer_instead_of_more_and_lose_nothing()
    {
        var statistics = new TimeSliceStatistics(2, sliceFrames: 4, mostSlices: 8);
        for (int f = 0; f < 1000; f++)
        {
            statistics.AddFrame(f, [.. Enumerable.Range(0, f % 7).Select(_ => Row(f, f + 1))]);
        }

        IReadOnlyList<TimeSlice> slices = statistics.Snapshot();
        Assert.That(statistics.SliceFrames, Is.EqualTo(128));
        Assert.That(slices.Select(s => s.FirstFrame), Is.EqualTo(Enumerable.Range(0, 8).Select(i => i * 128L)));
        for (int i = 0; i < 8; i++)
        {
            int[] frames = [.. Enumerable.Range(i * 128, Math.Min(128, 1000 - (i * 128)))];
            Assert.That(slices[i].Frames, Is.EqualTo(frames.Length));
            Assert.That(slices[i].Localizations, Is.EqualTo(frames.Sum(f => f % 7)));
            Assert.That(slices[i].Photons.Mean, Is.EqualTo(frames.Sum(f => (f % 7) * (f + 1.0)) / frames.Sum(f => f % 7)).Within(1e-9));
        }
    }

    [Test]
    public void On_times_count_where_molecules_ended()
    {
        var statistics = new TimeSliceStatistics(1, sliceFrames: 10);
        statistics.AddFrame(0, []);
        statistics.AddTracks([new Track(Row(3, 1), 5, 3), new Track(Row(8, 1), 12, 5), new Track(Row(15, 1), 15, 1)]);
        Assert.That(statistics.Snapshot().Select(s => (s.OnFrames.Count, s.OnFrames.Mean)), Is.EqualTo(new[] { (1L, 3.0), (2L, 3.0) }));
    }

    [Test]
    public void What_is_not_stated_is_not_counted_and_time_does_not_run_backwards()
    {
        var statistics = new TimeSliceStatistics(1);
        statistics.AddFrame(50, [new Localization { Frame = 50, X = 1, Y = 1 }]);
        TimeSlice slice = statistics.Snapshot()[0];
        Assert.That((slice.Localizations, slice.Photons.Count), Is.EqualTo((1, 0)));
        Assert.That(() => statistics.AddFrame(49, []), Throws.ArgumentException.With.Message.Contains("49"));
    }

    [Test]
    public void Counting_a_frame_allocates_nothing()
    {
        var statistics = new TimeSliceStatistics(1, 1, 4);
        Localization[] rows = [Row(0, 10), Row(0, 20)];
        statistics.AddFrame(0, rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int f = 1; f < 500; f++)
        {
            statistics.AddFrame(f, rows);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static Localization Row(long frame, float photons) =>
        new() { Frame = frame, X = 1, Y = 1, Photons = photons, Background = 12, SigmaX = 10, SigmaY = 10 };
}
