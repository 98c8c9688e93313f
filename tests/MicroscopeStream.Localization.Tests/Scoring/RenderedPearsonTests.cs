using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Scoring;

public sealed class RenderedPearsonTests
{
    private static readonly PixelGrid Field = new(64, 64, 100);

    [Test]
    public void A_table_correlates_perfectly_with_itself_whatever_its_order_and_number_of_copies()
    {
        LocalizationTable table = ScoringTables.Random(1, 10, 100);
        var twice = new LocalizationTable(table.Reverse().Concat(table));
        Assert.That(RenderedPearson.Measure(table.Snapshot(), twice.Snapshot(), Field), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Two_isolated_points_correlate_as_the_overlap_of_their_blurs([Values(12.5, 25.0, 50.0, 100.0)] double distance)
    {
        // Two Gaussians of σ at distance d overlap as exp(−d²/4σ²); the mean of so large a field is next to nothing.
        double measured = RenderedPearson.Measure(Point(3206.25, 3206.25), Point(3206.25 + distance, 3206.25), Field);
        Assert.That(measured, Is.EqualTo(Math.Exp(-distance * distance / (4 * 25 * 25))).Within(5e-3));
    }

    [Test]
    public void Independent_tables_do_not_correlate() => Assert.That(
        RenderedPearson.Measure(ScoringTables.Random(2, 10, 100).Snapshot(), ScoringTables.Random(3, 10, 100).Snapshot(), Field),
        Is.EqualTo(0).Within(0.02));

    [Test]
    public void An_empty_table_correlates_with_nothing() =>
        Assert.That(RenderedPearson.Measure(new LocalizationTable().Snapshot(), Point(1000, 1000), Field), Is.NaN);

    private static LocalizationSnapshot Point(double x, double y) =>
        new LocalizationTable([new Localization { Frame = 0, X = x, Y = y }]).Snapshot();
}
