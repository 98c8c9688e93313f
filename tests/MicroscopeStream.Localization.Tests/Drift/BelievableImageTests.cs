using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Linking;

namespace MicroscopeStream.Localizations.Tests.Drift;

/// <summary>The parts together: what correction and linking do to the resolution that is stated.</summary>
public sealed class BelievableImageTests
{
    [Test]
    public async Task Correction_gives_back_the_resolution_that_drift_took()
    {
        var random = new Random(31);
        (double X, double Y)[] drift = DriftedSample.Walk(random, 5000, 2, 1);
        List<Localization> table = DriftedSample.Blink(random, drift, 14);
        await using var live = new LiveDrift(new LiveDriftOptions { MaximumShare = 1 });
        foreach (Localization[] batch in table.Chunk(7000))
        {
            live.Append(batch);
            await live.WhenIdleAsync();
        }

        DriftCurve curve = (await live.FinishAsync()).Curve;
        var resolution = new LocalizationResolution(new PixelGrid(1200, 1200, 10), new ResolutionOptions { Splits = 4 });
        double drifted = resolution.Estimate(table).ResolutionNm;
        ResolutionEstimate corrected = resolution.Estimate([.. table.Select(curve.Correct)]);
        double ideal = resolution.Estimate(
            [.. table.Select(l => l with { X = l.X - drift[l.Frame].X, Y = l.Y - drift[l.Frame].Y })]).ResolutionNm;
        TestContext.Out.WriteLine($"uncorrected {drifted:F1} nm, corrected {corrected.ResolutionNm:F1} ± {corrected.UncertaintyNm:F1} nm, at rest {ideal:F1} nm");
        Assert.That(drifted, Is.GreaterThan(2 * ideal).Or.NaN);
        Assert.That(corrected.ResolutionNm, Is.EqualTo(ideal).Within(0.1 * ideal));
    }

    [Test]
    public void Linking_takes_away_what_flatters_odd_and_even_frames()
    {
        // Filaments, each molecule seen once, for six frames.
        var random = new Random(32);
        var table = new List<Localization>();
        List<Localization> molecules = DriftedSample.Blink(random, new (double X, double Y)[9000], 1);
        foreach (Localization molecule in molecules)
        {
            for (int f = 0; f < 6; f++)
            {
                table.Add(molecule with
                {
                    Frame = molecule.Frame + f,
                    X = molecule.X + (8 * Fitting.SpotMaker.Normal(random)),
                    Y = molecule.Y + (8 * Fitting.SpotMaker.Normal(random)),
                    SigmaX = 8,
                    SigmaY = 8,
                });
            }
        }

        var resolution = new LocalizationResolution(new PixelGrid(1200, 1200, 10), new ResolutionOptions { Splits = 4 });
        ResolutionEstimate single = resolution.Estimate(table);
        List<Track> tracks = FrameLinker.Link(table);
        ResolutionEstimate linked = resolution.Estimate([.. tracks.Select(t => t.Merged)]);
        TestContext.Out.WriteLine(
            $"{molecules.Count} molecules, {tracks.Count} tracks; blocks {single.ResolutionNm:F1} nm, odd and even {single.AlternatingNm:F1} nm; linked {linked.ResolutionNm:F1} and {linked.AlternatingNm:F1} nm");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tracks, Has.Count.EqualTo(molecules.Count).Within(0.03 * molecules.Count));
            Assert.That(single.AlternatingNm, Is.LessThan(0.8 * single.ResolutionNm));
            Assert.That(linked.AlternatingNm, Is.EqualTo(linked.ResolutionNm).Within(0.15 * linked.ResolutionNm));
        }
    }
}
