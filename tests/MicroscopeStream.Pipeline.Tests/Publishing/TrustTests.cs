using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Publishing;

public sealed class TrustTests
{
    private static readonly MethodDomain Domain = new() { Photons = (200, 2000), BackgroundPhotons = (5, 50), DensityPerUm2 = (0, 1) };

    [Test]
    public async Task Inside_the_domain_it_is_good() =>
        Assert.That(await VerdictAsync(emitters: 2, photons: 1000, background: 20), Is.EqualTo(TrustReport.Good).Using<TrustReport>(Same));

    [TestCase(2, 3000, 20, TrustLevel.Caution, "photons of an emitter is above")]
    [TestCase(2, 5000, 20, TrustLevel.Untrusted, "photons of an emitter is above")]
    [TestCase(2, 150, 20, TrustLevel.Caution, "photons of an emitter is below")]
    [TestCase(2, 1000, 60, TrustLevel.Caution, "background")]
    [TestCase(2, 1000, 1, TrustLevel.Untrusted, "background")]
    [TestCase(8, 1000, 20, TrustLevel.Caution, "Emitters per frame")]
    public async Task Outside_the_domain_the_quantity_is_named(int emitters, float photons, float background, TrustLevel level, string reason)
    {
        TrustReport report = await VerdictAsync(emitters, photons, background);
        Assert.That(report.Level, Is.EqualTo(level));
        Assert.That(report.Reasons.Single(), Does.Contain(reason).IgnoreCase);
    }

    [Test]
    public async Task Frames_without_emitters_say_nothing_of_photons() =>
        Assert.That((await VerdictAsync(emitters: 0, photons: 0, background: float.NaN)).Level, Is.EqualTo(TrustLevel.Good));

    [Test]
    public async Task Domain_warnings_of_Open_and_the_methods_own_reasons_are_part_of_it()
    {
        TrustReport report = await VerdictAsync(
            2, 1000, 20, new Notice(Severity.Warning, NoticeCodes.OutsideDomain, "The pixels are too large."), TrustReport.Good.With(TrustLevel.Untrusted, "It rains."));
        Assert.That(report.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(report.Reasons, Is.EquivalentTo(new[] { "The pixels are too large.", "It rains." }));
    }

    private static bool Same(TrustReport a, TrustReport b) => a.Level == b.Level && a.Reasons.SequenceEqual(b.Reasons);

    private static async Task<TrustReport> VerdictAsync(
        int emitters, float photons, float background, Notice? warning = null, TrustReport? own = null)
    {
        var probe = new ProbeMethod
        {
            Domain = Domain,
            DomainWarnings = warning is null ? [] : [warning],
            OnFrame = (input, update, _) =>
            {
                for (int i = 0; i < emitters; i++)
                {
                    update.Localizations.Add(new Localization { Frame = input.Sequence, X = i, Y = i, Photons = photons });
                }

                update.MeanBackground = background;
                update.Trust = own ?? update.Trust;
                return default;
            },
        };

        // 32 × 16 px of 100 nm are 5.12 µm².
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        for (int i = 0; i < 3; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await session.CompleteAsync(CancellationToken.None);
        SessionUpdate told = (await Bench.ReadAllAsync(watcher)).Single(update => update.Body is Trust);
        Assert.That(told.Range, Is.EqualTo(new SequenceRange(0, 2)));
        return ((Trust)told.Body).Report;
    }
}
