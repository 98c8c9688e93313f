using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Processing;

public sealed class ProcessingTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_filter_says_what_is_drawn_and_counted_never_what_is_published()
    {
        var options = new ProcessingOptions { Filter = new LocalizationFilter { Photons = ValueRange.From(500), MaximumUncertaintyNm = 12 } };
        List<SessionUpdate> updates = await RunAsync(options, 6, static (frame, found) =>
        {
            found.Add(At(frame, 1000, 500) with { Photons = 800 });
            found.Add(At(frame, 2000, 500) with { Photons = 300 });
            found.Add(At(frame, 1500, 900) with { Photons = 900, SigmaX = 20, SigmaY = 20 });
        });
        var summary = (SessionSummary)updates[^1].Body;
        SessionSlice slice = summary.Statistics!.Slices.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(summary.Localizations, Is.EqualTo(18));
            Assert.That(summary.Filtered, Is.EqualTo(12));
            Assert.That(updates.Select(u => u.Body).OfType<LocalizationBatch>().Sum(b => b.Count), Is.EqualTo(18));
            Assert.That(Preview(updates).Localizations, Is.EqualTo(6));
            Assert.That(slice.Slice.Localizations, Is.EqualTo(6));
            Assert.That(slice.Slice.Photons.Median, Is.EqualTo(800).Within(5).Percent);
        }
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Linked_molecules_are_drawn_once_and_their_on_time_is_measured()
    {
        List<SessionUpdate> updates = await RunAsync(new ProcessingOptions { Linking = new LinkingOptions() }, 20, static (frame, found) =>
        {
            // On in frames 2 to 6 and 10 to 14, never seen to end in 18 and 19: three visits.
            if (frame is (>= 2 and <= 6) or (>= 10 and <= 14) or >= 18)
            {
                found.Add(At(frame, 1000 + (frame % 3), 500));
            }
        });
        var summary = (SessionSummary)updates[^1].Body;
        ValueSummaryOf(summary, out double onFrames, out long molecules);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Preview(updates).Localizations, Is.EqualTo(3));
            Assert.That(summary.Molecules, Is.EqualTo(3));
            Assert.That(molecules, Is.EqualTo(3));
            Assert.That(onFrames, Is.EqualTo((5 + 5 + 2) / 3.0));
            Assert.That(summary.Localizations, Is.EqualTo(12));
        }
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Slices_tell_density_photons_background_and_precision_over_time()
    {
        List<SessionUpdate> updates = await RunAsync(new ProcessingOptions { SliceFrames = 10 }, 20, static (frame, found) =>
        {
            for (int i = 0; i < (frame < 10 ? 4 : 1); i++)
            {
                found.Add(At(frame, 300 + (i * 600), 700) with { Photons = frame < 10 ? 1000 : 500, Background = 30 });
            }
        });
        IReadOnlyList<SessionSlice> slices = ((SessionSummary)updates[^1].Body).Statistics!.Slices;
        double area = Bench.Width * Bench.Height * 0.01;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(slices.Select(s => s.Slice.FirstFrame), Is.EqualTo(new long[] { 0, 10 }));
            Assert.That(slices.Select(s => s.Slice.DensityPerUm2), Is.EqualTo(new[] { 4 / area, 1 / area }).Within(1e-9));
            Assert.That(slices[0].Slice.Photons.Median, Is.EqualTo(1000).Within(5).Percent);
            Assert.That(slices[1].Slice.Photons.Median, Is.EqualTo(500).Within(5).Percent);
            Assert.That(slices[1].Slice.Background.Mean, Is.EqualTo(30).Within(1e-3));
            Assert.That(slices[1].Slice.UncertaintyNm.Mean, Is.EqualTo(10).Within(1e-3));
            Assert.That(slices.Select(s => (s.DriftXNm, s.DriftYNm)), Is.All.EqualTo((0.0, 0.0)));
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task The_resolution_told_is_that_of_the_corrected_localizations()
    {
        var sample = new DriftingSample();
        List<SessionUpdate> updates = await DriftTests.RunAsync(sample, new ProcessingOptions());
        ResolutionUpdate told = ((SessionSummary)updates[^1].Body).Resolution!;
        var grid = new PixelGrid(Bench.Width * 10, Bench.Height * 10, 10);
        ResolutionEstimate direct = new LocalizationResolution(grid).Estimate([.. sample.Emitted.Select(sample.Corrected)]);
        ResolutionEstimate raw = new LocalizationResolution(grid).Estimate(sample.Emitted);
        TestContext.Out.WriteLine($"told {told.Estimate.ResolutionNm:F1} ± {told.Estimate.UncertaintyNm:F1} nm, with true drift {direct.ResolutionNm:F1} nm, uncorrected {raw.ResolutionNm:F1} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Estimate.Outcome, Is.EqualTo(FrcOutcome.Found));
            Assert.That(told.Estimate.ResolutionNm, Is.EqualTo(direct.ResolutionNm).Within(10).Percent);
            Assert.That(raw.ResolutionNm, Is.GreaterThan(1.3 * direct.ResolutionNm), "drift would have been seen");
            Assert.That((told.FieldWidthNm, told.FieldHeightNm), Is.EqualTo((3200.0, 1600.0)));
            Assert.That(told.LastFrame, Is.EqualTo(699));
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Who_comes_late_learns_drift_resolution_and_statistics()
    {
        var sample = new DriftingSample();
        await using var bench = new Bench(methods: sample.Method);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 400; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        await reading;
        Type[] seen = [.. (await Bench.ReadAllAsync(session.Subscribe(new SubscriptionOptions()))).Select(u => u.Body.GetType())];
        Assert.That(seen, Is.SupersetOf(new[] { typeof(DriftUpdate), typeof(ResolutionUpdate), typeof(StatisticsUpdate) }));
    }

    [Test]
    public void Impossible_wishes_are_named_field_by_field()
    {
        SessionSpecification specification = Bench.Specification() with
        {
            Processing = new ProcessingOptions
            {
                Filter = new LocalizationFilter { MaximumUncertaintyNm = -1, MinimumProbability = 2 },
                Linking = new LinkingOptions { FixedRadiusNm = double.NaN, DarkFrames = -1 },
                SliceFrames = -5,
                MostLocalizations = 10,
            },
        };
        Assert.That(
            specification.Validate().Select(p => p.Field),
            Is.EquivalentTo(new[]
            {
                "processing.filter.max_uncertainty_nm", "processing.filter.min_probability", "processing.linking.radius_nm",
                "processing.linking.dark_frames", "processing.slice_frames", "processing.most_localizations",
            }));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_frame_far_ahead_costs_no_memory_and_is_said()
    {
        var probe = new ProbeMethod { OnFrame = static (input, update, _) => Emit(update.Localizations, input.Sequence) };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        await Bench.SendAsync(session, 0);
        await Bench.SendAsync(session, 1L << 40);
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That(summary.Frames.Processed, Is.EqualTo(2));
        Assert.That(summary.Localizations, Is.EqualTo(2));
        Assert.That(summary.Warnings, Has.Some.Contains("frames after the first"));

        static ValueTask Emit(List<Localization> found, long frame)
        {
            found.Add(At(frame, 1000, 500));
            return default;
        }
    }

    private static void ValueSummaryOf(SessionSummary summary, out double onFrames, out long molecules)
    {
        SessionSlice slice = summary.Statistics!.Slices.Single();
        (onFrames, molecules) = (slice.Slice.OnFrames.Mean, slice.Slice.OnFrames.Count);
    }

    private static Localization At(long frame, double x, double y) =>
        new() { Frame = frame, X = x, Y = y, SigmaX = 10, SigmaY = 10, Photons = 1000, Background = 20 };

    private static PreviewPlane Preview(List<SessionUpdate> updates) =>
        updates.Select(u => u.Body).OfType<PreviewPlane>().Last(p => p.Kind == PreviewKind.SuperResolved);

    private static async Task<List<SessionUpdate>> RunAsync(ProcessingOptions options, int frames, Action<long, List<Localization>> find)
    {
        var probe = new ProbeMethod
        {
            OnFrame = (input, update, _) =>
            {
                find(input.Sequence, update.Localizations);
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(
            Bench.Specification("probe") with { Processing = options, Preview = new PreviewOptions() }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < frames; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        return await reading;
    }
}
