using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Processing;

public sealed class DriftTests
{
    private const int Frames = 700;

    [Test]
    [CancelAfter(60_000)]
    public async Task Drift_is_found_while_frames_come_and_taken_out_of_what_was_drawn_before()
    {
        var sample = new DriftingSample();
        List<SessionUpdate> updates = await RunAsync(sample, new ProcessingOptions());
        var summary = (SessionSummary)updates[^1].Body;
        DriftCurve curve = summary.Drift!.Version.Curve;
        double residual = Residual(curve, sample);

        var uncorrected = new DriftingSample();
        List<SessionUpdate> plain = await RunAsync(uncorrected, ProcessingOptions.Plain);
        float sharp = Brightest(updates), blurred = Brightest(plain);

        // The same sample without drift is the best image that there could be.
        var still = new DriftingSample { NmPerFrame = 0 };
        float best = Brightest(await RunAsync(still, ProcessingOptions.Plain));
        TestContext.Out.WriteLine($"residual {residual:F2} nm RMS of {curve.Range():F0} nm; brightest pixel {blurred:F1} uncorrected, {sharp:F1} corrected, {best:F1} without drift");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(residual, Is.LessThan(5));
            Assert.That(sharp, Is.GreaterThan(0.85f * best));
            Assert.That(blurred, Is.LessThan(0.6f * best));
            Assert.That(((SessionSummary)plain[^1].Body).Drift, Is.Null);
            Assert.That(updates.Select(u => u.Body).OfType<DriftUpdate>().Last().Version.Revision, Is.EqualTo(summary.Drift.Version.Revision));
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task What_is_published_stays_where_the_method_found_it()
    {
        var sample = new DriftingSample();
        List<SessionUpdate> updates = await RunAsync(sample, new ProcessingOptions());
        Localization[] published = [.. updates.Select(u => u.Body).OfType<LocalizationBatch>().SelectMany(b => b.Rows.ToArray())];
        Assert.That(published, Is.EqualTo(sample.Emitted));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task More_localizations_than_are_kept_stay_in_the_image_and_it_is_said()
    {
        var sample = new DriftingSample();
        List<SessionUpdate> updates = await RunAsync(sample, new ProcessingOptions { MostLocalizations = 8192, EstimateResolution = false }, frames: 1500);
        PreviewPlane last = Last(updates);
        Assert.That(last.Localizations, Is.EqualTo(1500 * 12));
        Assert.That(((SessionSummary)updates[^1].Body).Warnings, Has.Some.Contains("8192 localizations"));

        // Every localization that is drawn adds a Gaussian of one in total.
        double sum = 0;
        foreach (byte stored in last.Pixels.Span)
        {
            sum += last.DisplayMinimum + (stored / 255.0 * (last.DisplayMaximum - last.DisplayMinimum));
        }

        Assert.That(sum, Is.EqualTo(1500 * 12).Within(15).Percent);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_session_without_previews_follows_drift_all_the_same()
    {
        var sample = new DriftingSample();
        List<SessionUpdate> updates = await RunAsync(sample, new ProcessingOptions(), previews: -1);
        Assert.That(updates.Select(u => u.Body).OfType<PreviewPlane>(), Is.Empty);
        Assert.That(Residual(((SessionSummary)updates[^1].Body).Drift!.Version.Curve, sample), Is.LessThan(5));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Too_few_localizations_give_no_drift_rather_than_a_wrong_one()
    {
        var sample = new DriftingSample();
        List<SessionUpdate> updates = await RunAsync(sample, new ProcessingOptions(), frames: 100);
        Assert.That(((SessionSummary)updates[^1].Body).Drift, Is.Null);
        Assert.That(updates.Select(u => u.Body).OfType<DriftUpdate>(), Is.Empty);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_aborted_session_does_not_wait_for_an_estimate()
    {
        var sample = new DriftingSample();
        await using var bench = new Bench(methods: sample.Method);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe") with { Preview = new PreviewOptions() }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 400; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.AbortAsync();
        await reading;
        Assert.That(session.State, Is.EqualTo(SessionState.Ended));
    }

    internal static async Task<List<SessionUpdate>> RunAsync(DriftingSample sample, ProcessingOptions options, int frames = Frames, double previews = 0)
    {
        await using var bench = new Bench(methods: sample.Method);
        SessionSpecification specification = Bench.Specification("probe") with
        {
            Processing = options,
            Preview = new PreviewOptions { Rate = previews, PixelSizeNm = 8 },
        };
        Session session = await bench.Manager.OpenAsync(specification, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < frames; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        return await reading;
    }

    private static PreviewPlane Last(List<SessionUpdate> updates) =>
        updates.Select(u => u.Body).OfType<PreviewPlane>().Last(p => p.Kind == PreviewKind.SuperResolved);

    private static float Brightest(List<SessionUpdate> updates) => Last(updates).DisplayMaximum;

    private static double Residual(DriftCurve curve, DriftingSample sample)
    {
        double sx = 0, sy = 0, squares = 0;
        for (int f = 0; f < Frames; f++)
        {
            (double x, double y) = curve.At(f);
            (double driftX, double driftY) = sample.Drift(f);
            (double ex, double ey) = (x - driftX, y - driftY);
            (sx, sy, squares) = (sx + ex, sy + ey, squares + (ex * ex) + (ey * ey));
        }

        return Math.Sqrt((squares / Frames) - (sx / Frames * (sx / Frames)) - (sy / Frames * (sy / Frames)));
    }
}
