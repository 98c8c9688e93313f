using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Video.Densities;
using MicroscopeStream.Video.Slices;

namespace MicroscopeStream.Video.Tests;

public class VideoReconstructorTests
{
    private readonly List<(TimeSlice Slice, VideoRevision Revision, float Sum, double Change, TrustLevel Trust)> _frames = [];

    [SetUp]
    public void SetUp() => _frames.Clear();

    [Test]
    public async Task Every_slice_comes_at_once_and_again_refined_with_its_time_range()
    {
        using VideoReconstructor video = Make(lookAhead: 2);
        for (long frame = 100; frame < 150; frame++)
        {
            await video.AddAsync(frame, [Lines.At(frame, 1000, 1000)], CancellationToken.None);
            Assert.That(_frames.Count(one => one.Revision == VideoRevision.Provisional), Is.EqualTo((frame - 99) / 10));
        }

        await video.FinishAsync(CancellationToken.None);
        var provisional = _frames.Where(one => one.Revision == VideoRevision.Provisional).ToList();
        var refined = _frames.Where(one => one.Revision == VideoRevision.Refined).ToList();
        Assert.That(provisional.Select(one => one.Slice), Is.EqualTo(Enumerable.Range(0, 5).Select(i => new TimeSlice(i, 100 + (10 * i), 109 + (10 * i), 10, 10))));
        Assert.That(refined.Select(one => one.Slice), Is.EqualTo(provisional.Take(3).Select(one => one.Slice)));
        Assert.That(provisional.Select(one => one.Change), Is.All.NaN);
        Assert.That(refined[0].Change, Is.EqualTo(1 - (provisional[0].Sum / refined[0].Sum)).Within(1e-3), "the same pixels, more of them");
        Assert.That(refined[0].Sum, Is.EqualTo(3 * provisional[0].Sum).Within(1e-2));
        Assert.That((video.Slices, video.RefinedSlices, video.Restarts), Is.EqualTo((5L, 3L, 0L)));
        Assert.That(video.ChangeSum.ToArray().Sum(), Is.GreaterThan(0));
    }

    [TestCase(29, 0, 16)]
    [TestCase(30, 0, 16)]
    [TestCase(59, 0, 6)]
    [TestCase(79, 0, 1)]
    [TestCase(80, 1, 1)]
    public async Task A_short_gap_is_bridged_and_a_long_one_starts_anew(long next, long restarts, int inWindow)
    {
        using VideoReconstructor video = Make(lookAhead: 0, bridged: 5);
        await FeedAsync(video, 0, 15);
        await video.AddAsync(next, [Lines.At(next, 1000, 1000)], CancellationToken.None);
        await video.FinishAsync(CancellationToken.None);
        Assert.That(video.Restarts, Is.EqualTo(restarts));
        Assert.That(_frames.Take(2).Select(one => (one.Slice.Index, one.Slice.Frames)), Is.EqualTo(new[] { (0L, 10), (1L, 5) }));
        int missing = _frames.Count(one => one.Slice.Frames == 0);
        Assert.That(missing, Is.EqualTo(restarts > 0 ? 0 : (next / 10) - 2));
        Assert.That(_frames.Where(one => one.Slice.Frames == 0).Select(one => one.Trust), Is.All.EqualTo(TrustLevel.Caution));
        Assert.That(_frames[^1].Slice.FirstFrame, Is.EqualTo(next / 10 * 10), "a frame's number decides its slice");
        float one = _frames[0].Sum / 10;
        Assert.That(_frames[^1].Sum, Is.EqualTo(inWindow * one).Within(0.01 * one), "a window of five slices, or nothing before");
    }

    [TestCase(10f, 40f, 1.2, "precise at first, then not")]
    [TestCase(40f, 10f, 1.2, "not precise at first")]
    [TestCase(29f, 29f, 1.2, "just precise enough")]
    [TestCase(float.NaN, float.NaN, 1.2, "nothing said")]
    [TestCase(40f, 40f, null, "no limit")]
    public async Task Localizations_less_precise_than_the_density_was_made_for_are_cautioned(float first, float then, double? limit, string why)
    {
        var said = new List<bool>();
        PixelGrid grid = VideoReconstructor.GridOf(Lines.Camera, 4);
        using var video = new VideoReconstructor(
            Lines.Camera, new VideoOptions { CoarsestPrecisionPixels = limit }, new SlidingWindow(grid, 5), frame => said.Add(frame.Trust.Reasons.Any(reason => reason.Contains("less precise"))));
        for (long frame = 0; frame < 1600; frame++)
        {
            await video.AddAsync(frame, [Lines.At(frame, 1000, 1000, frame < 800 ? first : then)], CancellationToken.None);
        }

        Assert.That((said[40], said[^1]), Is.EqualTo((first > 30 && limit is not null, then > 30 && limit is not null)), why);
        await video.AddAsync(1_000_000, [], CancellationToken.None);
        await video.FinishAsync(CancellationToken.None);
        Assert.That(said[^1], Is.False, "a gap forgets it");
    }

    [Test]
    public void Frames_must_go_forward()
    {
        using VideoReconstructor video = Make(0);
        Assert.That(async () => await FeedAsync(video, 5, 7), Throws.Nothing);
        Assert.That(async () => await FeedAsync(video, 6, 7), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_slice_that_fails_costs_that_slice()
    {
        var failing = new Failing(2);
        using var video = new VideoReconstructor(Lines.Camera, new VideoOptions(), failing, Keep);
        for (long frame = 0; frame < 50; frame++)
        {
            try
            {
                await video.AddAsync(frame, [], CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                Assert.That(frame, Is.EqualTo(29));
            }
        }

        Assert.That(_frames.Select(one => one.Slice.Index), Is.EqualTo(new long[] { 0, 1, 3, 4 }));
    }

    [Test]
    [NonParallelizable]
    public async Task Memory_does_not_grow_and_nothing_is_allocated_per_frame()
    {
        using VideoReconstructor video = Make(lookAhead: 2, deliver: static _ => { });
        List<Localization> none = [], some = [Lines.At(0, 500, 500), Lines.At(0, 900, 2000)];
        long frame = 0;
        await RunAsync(400);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await RunAsync(2000);
        Assert.That((GC.GetTotalAllocatedBytes(precise: true) - before) / 2000.0, Is.LessThan(1000), "a single plane per slice would be 6500");

        async Task RunAsync(int frames)
        {
            for (int i = 0; i < frames; i++, frame++)
            {
                await video.AddAsync(frame, i % 3 == 0 ? some : none, CancellationToken.None);
            }
        }
    }

    private static async Task FeedAsync(VideoReconstructor video, long from, long to)
    {
        for (long frame = from; frame < to; frame++)
        {
            await video.AddAsync(frame, [Lines.At(frame, 1000, 1000)], CancellationToken.None);
        }
    }

    private VideoReconstructor Make(int lookAhead, int bridged = 5, Action<VideoFrame>? deliver = null)
    {
        PixelGrid grid = VideoReconstructor.GridOf(Lines.Camera, 4);
        return new VideoReconstructor(
            Lines.Camera, new VideoOptions { BridgedSlices = bridged }, new SlidingWindow(grid, 5, 1, lookAhead), deliver ?? Keep);
    }

    private void Keep(VideoFrame frame)
    {
        Assert.That(frame.SupportCount.Length, Is.EqualTo(frame.Grid.PixelCount));
        _frames.Add((frame.Slice, frame.Revision, frame.Density.ToArray().Sum(), frame.Change, frame.Trust.Level));
    }

    private sealed class Failing(int at) : IVideoDensity
    {
        private int _slice;

        public int LookAhead => 0;

        public long HeldBytes => 0;

        public ValueTask StepAsync(ReadOnlyMemory<float> map, Memory<float> now, Memory<float> refined, CancellationToken cancellationToken) =>
            _slice++ == at ? throw new InvalidOperationException("a device fell off") : default;

        public ValueTask ResetAsync(CancellationToken cancellationToken) => default;

        public void Dispose()
        {
        }
    }
}
