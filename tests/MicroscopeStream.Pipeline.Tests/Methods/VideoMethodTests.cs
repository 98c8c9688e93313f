using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Methods.Video;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;
using MicroscopeStream.Video;

namespace MicroscopeStream.Pipeline.Tests.Methods;

public sealed class VideoMethodTests
{
    private readonly Scene _scene = new(size: 32, density: 0.3);
    private SessionManager _manager = null!;

    [SetUp]
    public void SetUp()
    {
        var methods = new MethodRegistry();
        SingleEmitterMethodFactory.RegisterAll(methods, TimeProvider.System);
        BaselineVideoFactory.RegisterAll(methods, TimeProvider.System);
        _manager = new SessionManager(methods, new SessionManagerOptions(), TimeProvider.System, null);
    }

    [TearDown]
    public async Task TearDown() => await _manager.DisposeAsync();

    [Test]
    [CancelAfter(60_000)]
    public async Task Pictures_come_with_their_own_time_and_localizations_as_the_localizer_found_them()
    {
        Session session = await OpenAsync("sliding", ("look_ahead", 2), ("slice_frames", 5));
        Assert.That((session.Plan.Task, session.Plan.Output.Width, session.Plan.Output.PixelSizeNm), Is.EqualTo(("video", 128, 25.0)));
        Session finer = await OpenAsync("decay", ("grid", 8));
        Assert.That((finer.Plan.Output.Width, finer.Plan.Output.PixelSizeNm), Is.EqualTo((256, 12.5)));
        await finer.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await StreamAsync(session, [.. Sequences(0, 30)]);
        var pictures = updates.Where(update => update.Body is VideoPicture).Select(update => (update.Range, Picture: (VideoPicture)update.Body)).ToList();
        var first = pictures.Where(one => one.Picture.Revision == VideoRevision.Provisional).ToList();
        Assert.That(first.Select(one => one.Range), Is.EqualTo(Enumerable.Range(0, 6).Select(i => new SequenceRange(5 * i, (5 * i) + 4))));
        Assert.That(pictures.Count(one => one.Picture.Revision == VideoRevision.Refined), Is.EqualTo(4));
        Assert.That(first.Select(one => (int)one.Picture.DensityMaximum), Is.All.GreaterThanOrEqualTo(0));

        Session plain = await _manager.OpenAsync(_scene.Specification("mle"), CancellationToken.None);
        List<SessionUpdate> localized = await StreamAsync(plain, [.. Sequences(0, 30)]);
        Assert.That(Count(updates), Is.EqualTo(Count(localized)).And.GreaterThan(20));
        Assert.That(first.Sum(one => one.Picture.Slice.Localizations), Is.EqualTo(Count(updates)));

        static int Count(List<SessionUpdate> all) => all.Select(update => update.Body).OfType<LocalizationBatch>().Sum(batch => batch.Count);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Previews_say_which_slice_they_show_and_how_final_it_is()
    {
        List<SessionUpdate> updates = await ShownAsync(("look_ahead", 2), ("slice_frames", 5));
        var planes = updates.Select(update => update.Body).OfType<PreviewPlane>().ToLookup(plane => plane.Kind, plane => plane.Slice);
        VideoPicture newest = Pictures(updates).Last(picture => picture.Revision == VideoRevision.Refined);
        Assert.Multiple(() =>
        {
            Assert.That(planes[PreviewKind.SuperResolved].Last(), Is.EqualTo(new VideoSlice(new(5, 25, 29, 5, Pictures(updates).Single(one => one.Slice.Index == 5).Slice.Localizations), VideoRevision.Provisional, 0, double.NaN)));
            Assert.That(planes[PreviewKind.Refined].Last(), Is.EqualTo(new VideoSlice(newest.Slice, VideoRevision.Refined, 2, newest.Change)));
            Assert.That((newest.Slice.FirstFrame, newest.Slice.LastFrame), Is.EqualTo((15, 19)));
            Assert.That(planes[PreviewKind.Widefield], Is.All.Null);
        });

        updates = await ShownAsync(("look_ahead", 0));
        Assert.That(updates.Select(update => update.Body).OfType<PreviewPlane>().Select(plane => plane.Kind), Does.Contain(PreviewKind.SuperResolved).And.None.EqualTo(PreviewKind.Refined), "nothing is refined without a look-ahead");

        async Task<List<SessionUpdate>> ShownAsync(params (string Name, double Value)[] parameters) => await StreamAsync(
            await _manager.OpenAsync(Specification("sliding", parameters) with { Preview = new PreviewOptions() }, CancellationToken.None), [.. Sequences(0, 30)]);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_broken_connection_keeps_the_state()
    {
        Session whole = await OpenAsync("decay", ("window", 4)), broken = await OpenAsync("decay", ("window", 4));
        ushort[][] expected = Densities(await StreamAsync(whole, [.. Sequences(0, 60)]));
        using (StreamConnection connection = broken.Connect())
        {
            await SendAsync(broken, Sequences(0, 33));
        }

        ushort[][] got = Densities(await StreamAsync(broken, [.. Sequences(33, 60)]));
        Assert.That(expected, Has.Length.EqualTo(10), "six slices, four of them refined by the two after them, as nothing else was asked for");
        Assert.That(got, Is.EqualTo(expected), "nothing missed, nothing forgotten");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_gap_is_bridged_with_a_caution_or_starts_anew()
    {
        Session bridged = await OpenAsync("sliding", ("bridged_slices", 3), ("look_ahead", 0)), anew = await OpenAsync("sliding", ("bridged_slices", 0), ("look_ahead", 0));
        long[] sequences = [.. Sequences(0, 15), .. Sequences(40, 60)];
        VideoPicture[] with = Pictures(await StreamAsync(bridged, sequences)), without = Pictures(await StreamAsync(anew, sequences));
        Assert.That(with.Select(one => (one.Slice.Index, one.Slice.Frames)), Is.EqualTo(new[] { (0L, 10), (1L, 5), (2L, 0), (3L, 0), (4L, 10), (5L, 10) }));
        Assert.That(with.Where(one => one.Slice.Frames == 0).Select(one => one.Cautions.Count), Is.All.EqualTo(1));
        Assert.That(without.Select(one => one.Slice.Index), Is.EqualTo(new long[] { 0, 1, 4, 5 }));
    }

    [Test]
    public async Task Impossible_wishes_are_named()
    {
        foreach ((string field, SessionSpecification asked) in (IEnumerable<(string, SessionSpecification)>)
        [
            ("method.localizer", Specification("sliding") with { Method = Specification("sliding").Method with { Localizer = "decay" } }),
            ("method.localizer", _scene.Specification("mle") with { Method = _scene.Specification("mle").Method with { Localizer = "phasor" } }),
            ("method.parameters.slice_frames", Specification("sliding", ("slice_frames", 2))),
            ("method.parameters.grid", Specification("sliding", ("grid", 3))),
            ("method.parameters.window", Specification("sliding", ("window", 2.5))),
            ("method.parameters.localizer.threshold", Specification("sliding", ("localizer.threshold", -1))),
            ("acquisition.width", Specification("sliding") with { Acquisition = Specification("sliding").Acquisition with { Width = 4000, Height = 4000 } }),
        ])
        {
            SessionRefusedException? refused = await Assert.ThrowsAsync<SessionRefusedException>(async () => await _manager.OpenAsync(asked, CancellationToken.None));
            Assert.That(refused!.Problems.Select(problem => problem.Field), Has.Member(field));
        }
    }

    private static IEnumerable<long> Sequences(int from, int to) => Enumerable.Range(from, to - from).Select(i => (long)i);

    private static VideoPicture[] Pictures(List<SessionUpdate> updates) => [.. updates.Select(update => update.Body).OfType<VideoPicture>()];

    private static ushort[][] Densities(List<SessionUpdate> updates) => [.. Pictures(updates).Select(picture => picture.Density.ToArray())];

    private SessionSpecification Specification(string method, params (string Name, double Value)[] parameters)
    {
        SessionSpecification specification = _scene.Specification(method);
        return specification with
        {
            Method = specification.Method with { Task = "video", Parameters = parameters.ToDictionary(one => one.Name, one => one.Value) },
        };
    }

    private Task<Session> OpenAsync(string method, params (string Name, double Value)[] parameters) =>
        _manager.OpenAsync(Specification(method, parameters), CancellationToken.None);

    private async Task SendAsync(Session session, IEnumerable<long> sequences)
    {
        foreach (long sequence in sequences)
        {
            await session.WaitForBufferAsync(CancellationToken.None);
            Assert.That(session.Pool.TryRent(out FrameLease lease), Is.True);
            lease.Frame.LengthBytes = session.Specification.Acquisition.FrameBytes;
            _scene.Frame(sequence).CopyTo(MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes));
            lease.Frame.Header = new FrameHeader { Sequence = sequence };
            session.Offer(lease);
        }
    }

    private async Task<List<SessionUpdate>> StreamAsync(Session session, long[] sequences)
    {
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        await SendAsync(session, sequences);
        await session.CompleteAsync(CancellationToken.None);
        return await reading;
    }
}
