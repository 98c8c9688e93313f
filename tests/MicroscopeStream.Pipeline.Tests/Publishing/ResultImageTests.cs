using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Publishing;

/// <summary>Images and trust maps that a method makes: previews for all who watch, the last in full for who streams.</summary>
public sealed class ResultImageTests
{
    private static readonly PixelGrid Fine = new(2 * Bench.Width, 2 * Bench.Height, 50);

    [TestCase(-1)]
    [TestCase(0)]
    public async Task The_last_image_and_its_map_come_in_full_before_the_summary(double previews)
    {
        var probe = Method();
        await using var bench = new Bench(methods: probe);
        SessionSpecification asked = Bench.Specification("probe") with { ResultImages = true, Preview = new PreviewOptions { Rate = previews } };
        (List<SessionUpdate> own, List<SessionUpdate> watched) = await RunAsync(bench, asked);

        ResultImage[] images = [.. own.Select(update => update.Body).OfType<ResultImage>()];
        Assert.That(images.Select(image => image.Kind), Is.EqualTo(new[] { PreviewKind.SuperResolved, PreviewKind.Trust }));
        Assert.That(images[0].Grid, Is.EqualTo(Fine));
        Assert.That(images[0].Pixels.Span[5], Is.EqualTo(2 + 0.125f), "of the last frame");
        Assert.That(images[1].Pixels.Span[5], Is.EqualTo(7));
        Assert.That(own[^1].Body, Is.TypeOf<Pipeline.Accounting.SessionSummary>());
        Assert.That(watched.Select(update => update.Body), Has.None.TypeOf<ResultImage>(), "viewers have previews");
        PreviewKind[] kinds = [.. watched.Select(update => update.Body).OfType<PreviewPlane>().Select(plane => plane.Kind).Distinct()];
        Assert.That(kinds, previews < 0 ? Is.Empty : Is.SupersetOf(new[] { PreviewKind.SuperResolved, PreviewKind.Trust }));
    }

    [Test]
    public async Task Who_does_not_ask_gets_none()
    {
        await using var bench = new Bench(methods: Method());
        (List<SessionUpdate> own, _) = await RunAsync(bench, Bench.Specification("probe"));
        Assert.That(own.Select(update => update.Body), Has.None.TypeOf<ResultImage>());
    }

    [Test]
    public async Task The_last_word_on_trust_is_the_methods_own()
    {
        var probe = Method();
        probe.OnFinish = update =>
        {
            (update.Trust, update.Concludes) = (TrustReport.Good.With(TrustLevel.Untrusted, "No pattern."), true);
            return default;
        };
        await using var bench = new Bench(methods: probe);
        (List<SessionUpdate> own, _) = await RunAsync(bench, Bench.Specification("probe"));
        TrustReport last = own.Select(update => update.Body).OfType<Pipeline.Publishing.Trust>().Last().Report;
        Assert.That((last.Level, last.Reasons.Single()), Is.EqualTo((TrustLevel.Untrusted, "No pattern.")));
    }

    [TestCase(true, new[] { "As of frame 2." })]
    [TestCase(false, new[] { "As of frame 0.", "As of frame 1.", "As of frame 2." })]
    public async Task A_verdict_on_the_image_takes_the_place_of_the_one_before(bool concludes, string[] expected)
    {
        var probe = Method();
        probe.OnFrame = (input, update, _) =>
        {
            (update.Trust, update.Concludes) = (TrustReport.Good.With(TrustLevel.Caution, $"As of frame {input.Sequence}."), concludes);
            return default;
        };
        var time = new TestTimeProvider();
        await using var bench = new Bench(time, methods: probe);
        (List<SessionUpdate> own, _) = await RunAsync(bench, Bench.Specification("probe"));
        Assert.That(own.Select(update => update.Body).OfType<Pipeline.Publishing.Trust>().Last().Report.Reasons, Is.EqualTo(expected));
    }

    [TestCase(true, TrustLevel.Good)]
    [TestCase(false, TrustLevel.Untrusted)]
    public async Task An_estimated_camera_speaks_only_against_results_that_rest_on_photons(bool scaleFree, TrustLevel expected)
    {
        var probe = Method();
        probe.IsScaleFree = scaleFree;
        await using var bench = new Bench(methods: probe);
        SessionSpecification asked = Bench.Specification("probe");
        (List<SessionUpdate> own, _) = await RunAsync(bench, asked with { Acquisition = asked.Acquisition with { Camera = null } });
        Assert.That(own.Select(update => update.Body).OfType<Pipeline.Publishing.Trust>().Last().Report.Level, Is.EqualTo(expected));
    }

    private static ProbeMethod Method() => new(task: "image")
    {
        OnFrame = static (input, update, _) =>
        {
            (update.Image, update.TrustMap) = (new SuperResolvedImage(Fine), new SuperResolvedImage(input.Grid));
            update.Image.Pixels.AsSpan().Fill(input.Sequence + 0.125f);
            update.TrustMap.Pixels.AsSpan().Fill(7);
            return default;
        },
    };

    private static async Task<(List<SessionUpdate> Own, List<SessionUpdate> Watched)> RunAsync(Bench bench, SessionSpecification specification)
    {
        Session session = await bench.Manager.OpenAsync(specification, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        Task<List<SessionUpdate>> own = Bench.ReadAllAsync(connection.Updates), watched = Bench.ReadAllAsync(watcher);
        for (int i = 0; i < 3; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        return (await own, await watched);
    }
}
