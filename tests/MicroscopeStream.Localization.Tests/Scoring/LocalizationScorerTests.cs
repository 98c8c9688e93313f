using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Scoring;

public sealed class LocalizationScorerTests
{
    private static readonly ScoringOptions Field = new() { WidthNm = 6400, HeightNm = 6400 };

    [Test]
    public void Truth_scores_perfectly_against_itself()
    {
        LocalizationTable truth = ScoringTables.Random(1, frames: 20, perFrame: 50);
        LocalizationScore score = Score(truth, truth, Field);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(score.TruePositives, Is.EqualTo(1000));
            Assert.That((score.Jaccard, score.Precision, score.Recall, score.LateralEfficiency), Is.EqualTo((1.0, 1.0, 1.0, 100.0)));
            Assert.That((score.LateralRmseNm, score.Frames), Is.EqualTo((0.0, 20L)));
        }
    }

    [Test]
    public void A_hand_made_frame_gives_the_figures_reckoned_by_hand()
    {
        // Matches: (1000, 1000) 30 to the right and 40 down, (3000, 1000) 120 down. Missed: (5000, 5000). False: (2000, 4000).
        LocalizationTable truth = Table((0, 1000, 1000), (0, 3000, 1000), (0, 5000, 5000));
        LocalizationTable found = Table((0, 1030, 1040), (0, 3000, 1120), (0, 2000, 4000));
        LocalizationScore score = Score(found, truth, Field);
        double rmse = Math.Sqrt(((50.0 * 50) + (120 * 120)) / 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((score.TruePositives, score.FalsePositives, score.FalseNegatives), Is.EqualTo((2L, 1L, 1L)));
            Assert.That(score.Jaccard, Is.EqualTo(0.5));
            Assert.That(score.Precision, Is.EqualTo(2.0 / 3));
            Assert.That(score.Recall, Is.EqualTo(2.0 / 3));
            Assert.That(score.LateralRmseNm, Is.EqualTo(rmse).Within(1e-9));
            Assert.That(score.LateralEfficiency, Is.EqualTo(100 - Math.Sqrt((50.0 * 50) + (rmse * rmse))).Within(1e-9));
            Assert.That((score.MeanErrorXNm, score.MeanErrorYNm), Is.EqualTo((15.0, 80.0)));
            Assert.That(score.AxialRmseNm, Is.NaN);
            Assert.That(score.ZScoreStdX, Is.NaN);
        }
    }

    [Test]
    public void The_nearest_pair_is_matched_first_even_where_that_leaves_one_out()
    {
        // The localization at 1100 is nearest to the emitter at 1090; the one at 1000 then has none within 250 nm but 840.
        LocalizationTable truth = Table((0, 840, 1000), (0, 1090, 1000));
        LocalizationTable found = Table((0, 1100, 1000), (0, 1000, 1000));
        LocalizationScore score = Score(found, truth, Field);
        Assert.That(score.TruePositives, Is.EqualTo(2));
        Assert.That(score.LateralRmseNm, Is.EqualTo(Math.Sqrt(((10.0 * 10) + (160 * 160)) / 2)).Within(1e-9));
    }

    [TestCase(250.0, 1)]
    [TestCase(250.001, 0)]
    public void The_tolerance_includes_its_end(double distance, int matches) =>
        Assert.That(Score(Table((0, 1000 + distance, 1000)), Table((0, 1000, 1000)), Field).TruePositives, Is.EqualTo(matches));

    [Test]
    public void Emitters_of_other_frames_do_not_match_and_frames_need_no_order()
    {
        LocalizationTable truth = Table((5, 1000, 1000), (0, 2000, 2000), (3, 3000, 3000));
        LocalizationTable found = Table((3, 3000, 3000), (4, 1000, 1000), (0, 2000, 2000));
        LocalizationScore score = Score(found, truth, Field);
        Assert.That((score.TruePositives, score.FalsePositives, score.FalseNegatives, score.Frames), Is.EqualTo((2L, 1L, 1L, 4L)));
    }

    [Test]
    public void What_lies_in_the_border_does_not_count()
    {
        ScoringOptions border = Field with { BorderNm = 450 };
        LocalizationTable truth = Table((0, 450, 1000), (0, 451, 3000), (0, 6000, 6000));
        LocalizationTable found = Table((0, 452, 1000), (0, 5950, 100), (0, 5949, 5949));
        LocalizationScore score = Score(found, truth, border);

        // The emitter at 450 is out and the localization beside it, at 452, in: that is false, as the challenge has it.
        Assert.That((score.TruePositives, score.FalsePositives, score.FalseNegatives), Is.EqualTo((0L, 2L, 1L)));
    }

    [Test]
    public void Dim_emitters_count_neither_way()
    {
        ScoringOptions options = Field with { MinimumPhotons = 250 };
        LocalizationTable truth = new([
            new Localization { Frame = 0, X = 1000, Y = 1000, Photons = 249 },
            new Localization { Frame = 0, X = 2000, Y = 1000, Photons = 100 },
            new Localization { Frame = 0, X = 3000, Y = 1000, Photons = 250 },
            new Localization { Frame = 0, X = 4000, Y = 1000 },
        ]);
        LocalizationScore score = Score(Table((0, 1000, 1010), (0, 3000, 1010)), truth, options);
        Assert.That(
            (score.TruePositives, score.FalsePositives, score.FalseNegatives, score.DimMatches), Is.EqualTo((1L, 0L, 1L, 1L)));
    }

    [Test]
    public void In_three_dimensions_z_must_fit_too()
    {
        ScoringOptions options = Field with { Axial = true };
        LocalizationTable truth = new([
            new Localization { Frame = 0, X = 1000, Y = 1000, Z = 0 },
            new Localization { Frame = 0, X = 3000, Y = 1000, Z = 0 },
        ]);
        LocalizationTable found = new([
            new Localization { Frame = 0, X = 1000, Y = 1000, Z = 501 },
            new Localization { Frame = 0, X = 3030, Y = 1000, Z = -80, SigmaX = 30, SigmaZ = 40 },
        ]);
        LocalizationScore score = Score(found, truth, options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((score.TruePositives, score.FalsePositives, score.FalseNegatives), Is.EqualTo((1L, 1L, 1L)));
            Assert.That(score.LateralRmseNm, Is.EqualTo(30).Within(1e-9));
            Assert.That(score.AxialRmseNm, Is.EqualTo(80).Within(1e-9));
            Assert.That(score.AxialEfficiency, Is.EqualTo(100 - Math.Sqrt((100 * (2.0 / 3) * 100 * (2.0 / 3)) + (40 * 40))).Within(1e-9));
        }

        Assert.That(Score(found, truth, Field).TruePositives, Is.EqualTo(2), "laterally, both match");
    }

    [Test]
    public void Honest_predictions_have_z_scores_of_spread_one_and_shy_ones_less()
    {
        LocalizationTable truth = ScoringTables.Random(3, frames: 200, perFrame: 20);
        LocalizationTable honest = ScoringTables.Perturb(truth, 4, 10, 20, lost: 0, added: 0);
        LocalizationScore score = Score(honest, truth, Field);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(score.ZScoreStdX, Is.EqualTo(1).Within(0.05));
            Assert.That(score.ZScoreStdY, Is.EqualTo(1).Within(0.05));
            Assert.That(score.LateralRmseNm, Is.EqualTo(Math.Sqrt(500)).Within(1));
            Assert.That(score.MeanErrorXNm, Is.EqualTo(0).Within(1));
        }

        var shy = new LocalizationTable(honest.Select(r => r with { SigmaX = 2 * r.SigmaX }));
        Assert.That(Score(shy, truth, Field).ZScoreStdX, Is.EqualTo(0.5).Within(0.03));
    }

    [Test]
    public void Empty_tables_score_zero_and_say_NaN_for_what_cannot_be_known()
    {
        var empty = new LocalizationTable();
        LocalizationScore none = Score(empty, empty, Field), missed = Score(empty, Table((0, 1000, 1000)), Field);
        Assert.That((none.Jaccard, none.Frames, missed.Recall, missed.FalseNegatives), Is.EqualTo((0.0, 0L, 0.0, 1L)));
        Assert.That(missed.LateralRmseNm, Is.NaN);
        Assert.That(missed.LateralEfficiency, Is.NaN);
    }

    [Test]
    public void Matching_depends_on_no_order_of_rows()
    {
        LocalizationTable truth = ScoringTables.Random(5, frames: 5, perFrame: 200);
        LocalizationTable found = ScoringTables.Perturb(truth, 6, 60, 60, lost: 0.2, added: 0.1);
        var random = new Random(7);
        var shuffled = new LocalizationTable(found.OrderBy(_ => random.Next()));
        var shuffledTruth = new LocalizationTable(truth.OrderBy(_ => random.Next()));
        LocalizationScore a = Score(found, truth, Field), b = Score(shuffled, shuffledTruth, Field);
        Assert.That((b.TruePositives, b.FalsePositives, b.FalseNegatives), Is.EqualTo((a.TruePositives, a.FalsePositives, a.FalseNegatives)));
        Assert.That(b.LateralRmseNm, Is.EqualTo(a.LateralRmseNm).Within(1e-9));
    }

    [Test]
    public void Impossible_rules_are_named()
    {
        var empty = new LocalizationTable();
        Assert.That(() => Score(empty, empty, Field with { WidthNm = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("WidthNm"));
        Assert.That(() => Score(empty, empty, Field with { BorderNm = double.NaN }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("BorderNm"));
    }

    private static LocalizationScore Score(LocalizationTable found, LocalizationTable truth, ScoringOptions options) =>
        LocalizationScorer.Score(found.Snapshot(), truth.Snapshot(), options);

    private static LocalizationTable Table(params (long Frame, double X, double Y)[] rows) =>
        new(rows.Select(r => new Localization { Frame = r.Frame, X = r.X, Y = r.Y }));
}
