using System.Globalization;
using System.Text.RegularExpressions;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Scoring;

/// <summary>Our figures against those of the independent script that defines them.</summary>
public sealed partial class MetricsScriptTests
{
    [TestCase(0, 0)]
    [TestCase(450, 0)]
    [TestCase(450, 600)]
    public async Task Seeded_tables_score_alike(double border, double minimumPhotons)
    {
        LocalizationTable truth = ScoringTables.Random(21, frames: 40, perFrame: 100);
        LocalizationTable found = ScoringTables.Perturb(truth, 22, 40, 60, lost: 0.25, added: 0.15);
        await Compare(found, truth, border, minimumPhotons);
    }

    [TestCase("smlm/artificial-hd/ground-truth.csv")]
    [TestCase("smlm/bundled-tubulins-hd/ground-truth.csv")]
    public async Task Others_truth_scores_alike(string file)
    {
        LocalizationTable truth = LocalizationReader.Read(SharedData.PathOf(file)).Table;
        LocalizationTable found = ScoringTables.Perturb(truth, 23, 50, 50, lost: 0.3, added: 0.1);
        await Compare(found, truth, 450, 0);
    }

    private static async Task Compare(LocalizationTable found, LocalizationTable truth, double border, double minimumPhotons)
    {
        string script = SharedData.PathOf("../tools/metrics.py");
        if (!File.Exists(script))
        {
            Assert.Ignore("shared/tools/metrics.py is not here: the definitions as a script cannot be asked.");
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("scoring");
        try
        {
            string a = Path.Combine(folder.FullName, "found.csv"), b = Path.Combine(folder.FullName, "truth.csv");
            LocalizationWriter.WriteFile(a, LocalizationFormat.ThunderStorm2D, found.Snapshot());
            LocalizationWriter.WriteFile(
                b, float.IsNaN(truth[0].Photons) ? LocalizationFormat.BareTruth : LocalizationFormat.Challenge, truth.Snapshot());
            LocalizationSnapshot first = LocalizationReader.Read(a).Table.Snapshot(), second = LocalizationReader.Read(b).Table.Snapshot();
            string told = await Python.RunAsync(
                ["numpy", "scipy"], script, "score", a, b, "--border", Text(border), "--min-photons", Text(minimumPhotons));
            string pearson = await Python.RunAsync(["numpy", "scipy"], script, "pearson", a, b);

            LocalizationScore score = LocalizationScorer.Score(
                first, second, new ScoringOptions { WidthNm = 6400, HeightNm = 6400, BorderNm = border, MinimumPhotons = minimumPhotons });
            using (Assert.EnterMultipleScope())
            {
                Assert.That(score.Jaccard, Is.EqualTo(Value(told, "ji")).Within(0.50001e-4));
                Assert.That(score.Precision, Is.EqualTo(Value(told, "precision")).Within(0.50001e-4));
                Assert.That(score.Recall, Is.EqualTo(Value(told, "recall")).Within(0.50001e-4));
                Assert.That(score.LateralRmseNm, Is.EqualTo(Value(told, "rmse_xy_nm")).Within(0.50001e-2));
                Assert.That(score.LateralEfficiency, Is.EqualTo(Value(told, "efficiency")).Within(0.50001e-2));
                Assert.That(score.Jaccard, Is.InRange(0.4, 0.9), "the comparison is of something");
                Assert.That(
                    RenderedPearson.Measure(first, second, new PixelGrid(64, 64, 100)),
                    Is.EqualTo(double.Parse(pearson, CultureInfo.InvariantCulture)).Within(1e-4));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Value(string told, string name)
    {
        Match match = Entry().Matches(told).Single(m => m.Groups["name"].Value == name);
        return double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
    }

    // NumPy 2 prints its numbers as np.float64(…).
    [GeneratedRegex(@"'(?<name>\w+)': (np\.float64\()?(?<value>-?[\d.]+)")]
    private static partial Regex Entry();
}
