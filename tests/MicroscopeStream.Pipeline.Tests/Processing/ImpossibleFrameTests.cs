using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Processing;

/// <summary>Frames that no sample gives, through fitting, drift, resolution, statistics and previews.</summary>
public sealed class ImpossibleFrameTests
{
    [TestCase(0, "dark", "under the stated baseline")]
    [TestCase(100, "at the baseline", "")]
    [TestCase(65535, "saturated", "saturated")]
    [CancelAfter(60_000)]
    public async Task Frames_all_dark_or_all_bright_are_worked_on_and_counted(int adu, string what, string told)
    {
        await using var bench = new Bench(methods: new SingleEmitterMethodFactory(SingleEmitterEstimator.MaximumLikelihood, TimeProvider.System));
        Session session = await bench.Manager.OpenAsync(Bench.Specification("mle") with { Preview = new PreviewOptions() }, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 30; i++)
        {
            Assert.That((await Bench.SendAsync(session, i, (ushort)adu)).Accepted, Is.True, what);
        }

        await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await reading;
        var summary = (SessionSummary)updates[^1].Body;
        PreviewPlane preview = updates.Select(u => u.Body).OfType<PreviewPlane>().Last(p => p.Kind == PreviewKind.SuperResolved);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((summary.Frames.Processed, summary.Frames.Dropped), Is.EqualTo((30, 0)));
            Assert.That(summary.Localizations, Is.Zero, "there is nothing to localize");
            Assert.That(summary.Statistics!.Slices.Single().Slice.Frames, Is.EqualTo(30));
            Assert.That(summary.Drift, Is.Null);
            Assert.That((preview.Localizations, float.IsFinite(preview.DisplayMaximum)), Is.EqualTo((0, true)));
            Assert.That(summary.Warnings, told.Length == 0 ? Is.Empty : Has.Exactly(1).Contains(told));
        }
    }
}
