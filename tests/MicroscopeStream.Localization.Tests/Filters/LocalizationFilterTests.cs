using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Filters;

namespace MicroscopeStream.Localizations.Tests.Filters;

public sealed class LocalizationFilterTests
{
    private static readonly Localization Row = new()
    {
        Frame = 10,
        X = 100,
        Y = 200,
        Z = -50,
        Photons = 800,
        SigmaX = 10,
        SigmaY = 14,
        SigmaZ = 30,
        PsfSigmaX = 120,
        PsfSigmaY = 180,
        Probability = 0.8f,
    };

    private static IEnumerable<TestCaseData> Conditions()
    {
        yield return Case("uncertainty", new() { MaximumUncertaintyNm = 12.2 }, new() { MaximumUncertaintyNm = 12.1 });
        yield return Case("axial uncertainty", new() { MaximumAxialUncertaintyNm = 30 }, new() { MaximumAxialUncertaintyNm = 29 });
        yield return Case("photons from", new() { Photons = ValueRange.From(800) }, new() { Photons = ValueRange.From(801) });
        yield return Case("photons to", new() { Photons = ValueRange.UpTo(800) }, new() { Photons = ValueRange.UpTo(799) });
        yield return Case("width", new() { PsfSigmaNm = new(100, 200) }, new() { PsfSigmaNm = new(100, 150) });
        yield return Case("probability", new() { MinimumProbability = 0.8f }, new() { MinimumProbability = 0.81 });
        yield return Case("z", new() { ZNm = new(-50, 0) }, new() { ZNm = new(-49, 0) });
        yield return Case("frame", new() { Frames = new(10, 10) }, new() { Frames = new(11, 20) });
        yield return Case("x", new() { XNm = new(100, 101) }, new() { XNm = new(0, 99) });
        yield return Case("y", new() { YNm = new(200, 300) }, new() { YNm = new(201, 300) });

        static TestCaseData Case(string name, LocalizationFilter passes, LocalizationFilter fails) =>
            new TestCaseData(passes, fails).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Conditions))]
    public void Each_condition_keeps_its_range_and_only_that(LocalizationFilter passes, LocalizationFilter fails)
    {
        Assert.That(passes.Keeps(Row), Is.True);
        Assert.That(fails.Keeps(Row), Is.False);
        Assert.That(LocalizationFilter.None.Keeps(Row), Is.True);
    }

    [Test]
    public void All_conditions_must_hold()
    {
        var filter = new LocalizationFilter { Photons = ValueRange.From(500), MinimumProbability = 0.9 };
        Assert.That(filter.Keeps(Row), Is.False);
        Assert.That(filter.Keeps(Row with { Probability = 0.95f }), Is.True);
    }

    [Test]
    public void What_is_not_stated_is_kept_unless_asked_otherwise()
    {
        var filter = new LocalizationFilter { Photons = ValueRange.From(500), MaximumUncertaintyNm = 20 };
        var bare = new Localization { Frame = 1, X = 5, Y = 5 };
        Assert.That(filter.Keeps(bare), Is.True);
        Assert.That((filter with { KeepUnknown = false }).Keeps(bare), Is.False);
        Assert.That(new LocalizationFilter { XNm = ValueRange.From(0) }.Keeps(bare with { X = double.NaN }), Is.False);
    }

    [Test]
    public void Applying_keeps_the_order_and_works_in_place()
    {
        Localization[] rows = [.. Enumerable.Range(0, 10).Select(i => Row with { Frame = i, Photons = i * 100 })];
        int count = new LocalizationFilter { Photons = new(200, 500) }.Apply(rows, rows);
        Assert.That(rows.Take(count).Select(l => l.Frame), Is.EqualTo(new long[] { 2, 3, 4, 5 }));
    }

    [Test]
    public void An_empty_range_is_refused() =>
        Assert.That(() => new ValueRange(2, 1), Throws.ArgumentException.With.Message.Contains("holds nothing"));
}
