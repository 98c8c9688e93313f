using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Publishing;

public sealed class PreviewTests
{
    private const double X = 1210;
    private const double Y = 450;

    [Test]
    [CancelAfter(30_000)]
    public async Task The_last_preview_holds_every_localization_where_it_lies_and_the_mean_of_the_frames()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with { Preview = new PreviewOptions { PixelSizeNm = 20 } }, CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 10; i++)
        {
            // 0.5 e⁻/ADU above a baseline of 100: frames of 5, 10, 5, 10 … photons.
            await Bench.SendAsync(session, i, adu: (ushort)(i % 2 == 0 ? 110 : 120));
        }

        await session.CompleteAsync(CancellationToken.None);
        var planes = (await Bench.ReadAllAsync(watcher)).Where(update => update.Body is PreviewPlane).ToList();
        var superResolved = (PreviewPlane)planes.Last(update => ((PreviewPlane)update.Body).Kind == PreviewKind.SuperResolved).Body;
        var widefield = (PreviewPlane)planes.Last(update => ((PreviewPlane)update.Body).Kind == PreviewKind.Widefield).Body;
        int brightest = superResolved.Pixels.Span.IndexOf((byte)255);

        Assert.Multiple(() =>
        {
            Assert.That(superResolved.Grid, Is.EqualTo(new PixelGrid(160, 80, 20)));
            Assert.That(superResolved.Localizations, Is.EqualTo(10));
            Assert.That(superResolved.Frames, Is.EqualTo(10));
            Assert.That(brightest % 160, Is.EqualTo((int)(X / 20)));
            Assert.That(brightest / 160, Is.EqualTo((int)(Y / 20)));
            Assert.That(widefield.Grid, Is.EqualTo(new PixelGrid(32, 16, 100)));
            Assert.That(widefield.Frames, Is.EqualTo(10));
            Assert.That(Value(widefield, 100), Is.EqualTo(7.5f).Within(0.05f));
            Assert.That(planes[^1].Range, Is.EqualTo(new SequenceRange(0, 9)));
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Previews_keep_to_their_rate_and_only_come_when_something_is_new()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time, methods: Emitting());
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with { Preview = new PreviewOptions { Rate = 2 } }, CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        await Bench.SendAsync(session, 0);
        await ProcessedAsync(session, 1);
        Assert.That(Planes(watcher), Is.Empty, "half a second has not passed");

        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.That(await NextPlanesAsync(watcher), Has.Count.EqualTo(2), "one of each kind");

        time.Advance(TimeSpan.FromSeconds(2));
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        Assert.That(Planes(watcher), Is.Empty, "nothing is new");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_viewer_who_asks_for_more_than_the_session_gets_it_and_the_session_does_not()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time, methods: Emitting());
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with { Preview = new PreviewOptions { Rate = 0.01 } }, CancellationToken.None);
        using StreamConnection own = session.Connect();
        UpdateSubscription viewer = session.Subscribe(new SubscriptionOptions { PreviewRate = 10 });
        time.Advance(TimeSpan.FromSeconds(100));
        for (int i = 0; i < 3; i++)
        {
            await Bench.SendAsync(session, i);
            await ProcessedAsync(session, i + 1);
            for (int tries = 0; tries < 100 && Planes(viewer).Count == 0; tries++)
            {
                time.Advance(TimeSpan.FromSeconds(0.1));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }

            Assert.That(session.GetProgress().Frames.Processed, Is.EqualTo(i + 1));
        }

        await Bench.SendAsync(session, 3);
        await session.CompleteAsync(CancellationToken.None);
        List<PreviewPlane> last = Planes(viewer);
        Assert.That(last.Select(plane => plane.Frames), Is.EqualTo(new long[] { 4, 4 }), "the last picture of each kind comes, however soon");
        viewer.Dispose();
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_slow_viewer_gets_the_latest_and_misses_the_others()
    {
        var time = new TestTimeProvider();
        await using var bench = new Bench(time, methods: Emitting());
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with { Preview = new PreviewOptions { Rate = 10 } }, CancellationToken.None);
        using UpdateSubscription viewer = session.Subscribe(new SubscriptionOptions());
        using UpdateSubscription other = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 3; i++)
        {
            await Bench.SendAsync(session, i);
            await ProcessedAsync(session, i + 1);
            time.Advance(TimeSpan.FromSeconds(0.1));
            await NextPlanesAsync(other);
        }

        List<PreviewPlane> seen = Planes(viewer);
        Assert.That(seen, Has.Count.EqualTo(2).And.All.Property("Frames").EqualTo(3));
        Assert.That(viewer.Missed, Is.EqualTo(4), "two of each kind were replaced");
        Assert.That(other.Missed, Is.Zero);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_viewer_that_comes_late_sees_at_once_what_the_others_see()
    {
        await using var bench = new Bench(methods: Emitting());
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe") with { Preview = new PreviewOptions() }, CancellationToken.None);
        await Bench.SendAsync(session, 0);
        await session.CompleteAsync(CancellationToken.None);

        List<UpdateBody> seen = [.. (await Bench.ReadAllAsync(session.Subscribe(new SubscriptionOptions()))).Select(update => update.Body)];
        Assert.That(seen.OfType<PreviewPlane>().Select(plane => plane.Kind), Is.EquivalentTo(new[] { PreviewKind.SuperResolved, PreviewKind.Widefield }));
        Assert.That(seen.OfType<Trust>().Count(), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_method_that_makes_images_has_them_shown()
    {
        var image = new SuperResolvedImage(new PixelGrid(64, 32, 50));
        image[10, 20] = 3;
        var probe = new ProbeMethod(task: "image")
        {
            OnFrame = (_, update, _) =>
            {
                update.Image = image;
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe") with { Preview = new PreviewOptions() }, CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        await Bench.SendAsync(session, 0);
        await session.CompleteAsync(CancellationToken.None);

        PreviewPlane plane = (await Bench.ReadAllAsync(watcher)).Select(update => update.Body).OfType<PreviewPlane>().First(plane => plane.Kind == PreviewKind.SuperResolved);
        Assert.That(plane.Grid, Is.EqualTo(image.Grid));
        Assert.That(Value(plane, (10 * 64) + 20), Is.EqualTo(3).Within(0.02f));
    }

    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(30_000)]
    public async Task Who_asks_late_sees_the_mean_times_of_everything_and_who_does_not_ask_sees_none(bool redrawn)
    {
        var probe = new ProbeMethod
        {
            // Frames 0 to 9 find one place, 10 to 19 another.
            OnFrame = static (input, update, _) =>
            {
                update.Localizations.Add(new Localization { Frame = input.Sequence, X = input.Sequence < 10 ? X : X + 800, Y = Y, SigmaX = 10, SigmaY = 10 });
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with
            {
                Preview = new PreviewOptions { PixelSizeNm = 20 },
                Processing = new ProcessingOptions { CorrectDrift = redrawn, EstimateResolution = false },
            },
            CancellationToken.None);
        using UpdateSubscription without = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 15; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await ProcessedAsync(session, 15);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions { Times = true });
        for (int i = 15; i < 20; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        PreviewPlane times = (await Bench.ReadAllAsync(watcher)).Select(update => update.Body).OfType<PreviewPlane>().Last(plane => plane.Kind == PreviewKind.Times);
        int row = (int)(Y / 20) * times.Grid.Width;
        Assert.Multiple(() =>
        {
            Assert.That(times.Grid, Is.EqualTo(new PixelGrid(160, 80, 20)));
            Assert.That(Value(times, row + (int)(X / 20)), Is.EqualTo(4.5f).Within(0.2f));
            Assert.That(Value(times, row + (int)((X + 800) / 20)), Is.EqualTo(14.5f).Within(0.2f));
            Assert.That(times.Pixels.Span[0], Is.Zero, "nothing is there");
        });
        Assert.That((await Bench.ReadAllAsync(without)).Select(update => update.Body).OfType<PreviewPlane>().Select(plane => plane.Kind), Has.None.EqualTo(PreviewKind.Times));
    }

    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(30_000)]
    public async Task A_method_that_gives_depths_has_them_shown_without_a_calibration(bool gives)
    {
        var probe = new ProbeMethod(givesDepth: gives)
        {
            OnFrame = static (input, update, _) =>
            {
                update.Localizations.Add(new Localization { Frame = input.Sequence, X = input.Sequence % 2 == 0 ? X : X + 800, Y = Y, Z = input.Sequence % 2 == 0 ? -250 : 300, SigmaX = 10, SigmaY = 10 });
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe") with { Preview = new PreviewOptions { PixelSizeNm = 20 } }, CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 4; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        PreviewPlane? depth = (await Bench.ReadAllAsync(watcher)).Select(update => update.Body).OfType<PreviewPlane>().LastOrDefault(plane => plane.Kind == PreviewKind.Depth);
        Assert.That(depth is not null, Is.EqualTo(gives));
        if (depth is not null)
        {
            Assert.That(Value(depth, ((int)(Y / 20) * depth.Grid.Width) + (int)(X / 20)), Is.EqualTo(-250).Within(5));
        }
    }

    private static float Value(PreviewPlane plane, int index) =>
        plane.DisplayMinimum + (plane.Pixels.Span[index] / 255f * (plane.DisplayMaximum - plane.DisplayMinimum));

    private static ProbeMethod Emitting() => new()
    {
        OnFrame = static (input, update, _) =>
        {
            update.Localizations.Add(new Localization { Frame = input.Sequence, X = X, Y = Y, SigmaX = 10, SigmaY = 10 });
            return default;
        },
    };

    private static List<PreviewPlane> Planes(UpdateSubscription watcher)
    {
        var planes = new List<PreviewPlane>();
        while (watcher.TryRead(out SessionUpdate update))
        {
            if (update.Body is PreviewPlane plane)
            {
                planes.Add(plane);
            }
        }

        return planes;
    }

    private static async Task<List<PreviewPlane>> NextPlanesAsync(UpdateSubscription watcher)
    {
        var planes = new List<PreviewPlane>();
        for (int i = 0; i < 1000 && planes.Count < 2; i++)
        {
            planes.AddRange(Planes(watcher));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        return planes;
    }

    private static async Task ProcessedAsync(Session session, int frames)
    {
        for (int i = 0; i < 1000 && session.GetProgress().Frames.Processed < frames; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }
    }
}
