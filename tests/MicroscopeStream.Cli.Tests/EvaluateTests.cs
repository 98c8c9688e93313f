using System.Text.Json;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

public sealed class EvaluateTests
{
    // Two frames; per frame: one hit 30 nm off along x, one miss, one false.
    private const string Truth = "frame,x [nm],y [nm]\n1,1000,1000\n1,3000,3000\n2,1000,1000\n2,3000,3000\n";
    private const string Found = "\"id\",\"frame\",\"x [nm]\",\"y [nm]\",\"sigma [nm]\",\"intensity [photon]\",\"offset [photon]\",\"bkgstd [photon]\",\"uncertainty [nm]\"\n"
        + "1,1,1030,1000,NaN,1000,10,3,10\n2,1,5000,1000,NaN,1000,10,3,10\n3,2,1030,1000,NaN,1000,10,3,10\n4,2,5000,1000,NaN,1000,10,3,10\n";

    [Test]
    public async Task Scores_follow_the_challenges_formulas()
    {
        using var folder = new TemporaryFolder();

        Outcome scored = await Mstream.RunAsync(
            "evaluate", "--localizations", folder.Write("found.csv", Found), "--truth", folder.Write("truth.csv", Truth), "--json");

        Assert.That(scored.ExitCode, Is.Zero, scored.Error);
        JsonElement json = scored.Json;
        Assert.That(json.GetProperty("true_positives").GetInt64(), Is.EqualTo(2));
        Assert.That(json.GetProperty("ji").GetDouble(), Is.EqualTo(2.0 / 6).Within(1e-4));
        Assert.That(json.GetProperty("precision").GetDouble(), Is.EqualTo(0.5));
        Assert.That(json.GetProperty("recall").GetDouble(), Is.EqualTo(0.5));
        Assert.That(json.GetProperty("rmse_xy_nm").GetDouble(), Is.EqualTo(30));
        Assert.That(json.GetProperty("mean_error_x_nm").GetDouble(), Is.EqualTo(30));
        Assert.That(json.GetProperty("mean_error_y_nm").GetDouble(), Is.Zero);
        Assert.That(json.GetProperty("efficiency").GetDouble(), Is.EqualTo(100 - Math.Sqrt(Math.Pow(200.0 / 3, 2) + 900)).Within(0.01));
    }

    [Test]
    public async Task A_table_agrees_with_itself_wholly()
    {
        using var folder = new TemporaryFolder();
        string truth = folder.Write("truth.csv", Truth);

        JsonElement json = (await Mstream.RunAsync("evaluate", "--localizations", truth, "--truth", truth, "--json")).Json;

        Assert.That(
            (json.GetProperty("ji").GetDouble(), json.GetProperty("pearson").GetDouble(), json.GetProperty("rmse_xy_nm").GetDouble()),
            Is.EqualTo((1.0, 1.0, 0.0)));
    }

    [Test]
    public async Task Border_brightness_and_tolerance_are_obeyed()
    {
        using var folder = new TemporaryFolder();
        string truth = folder.Write(
            "truth.csv", "Ground-truth,frame,xnano,ynano,znano,intensity \n1,1,200,3000,0,1000\n2,1,3000,3000,0,100\n3,1,4000,4000,0,1000\n");
        string found = folder.Write("found.csv", "frame,x [nm],y [nm]\n1,200,3000\n1,4100,4000\n");

        JsonElement all = (await Mstream.RunAsync("evaluate", "--localizations", found, "--truth", truth, "--json")).Json;
        JsonElement inner = (await Mstream.RunAsync("evaluate", "--localizations", found, "--truth", truth, "--border", "450", "--min-photons", "250", "--json")).Json;
        JsonElement strict = (await Mstream.RunAsync("evaluate", "--localizations", found, "--truth", truth, "--tolerance", "50", "--json")).Json;

        Assert.That(Counts(all), Is.EqualTo((2, 0, 1)));
        Assert.That(Counts(inner), Is.EqualTo((1, 0, 0)));
        Assert.That(Counts(strict), Is.EqualTo((1, 1, 2)));

        static (int, int, int) Counts(JsonElement json) => (
            json.GetProperty("true_positives").GetInt32(), json.GetProperty("false_positives").GetInt32(), json.GetProperty("false_negatives").GetInt32());
    }

    [Test]
    public async Task Nothing_found_is_a_score_and_no_failure()
    {
        using var folder = new TemporaryFolder();

        Outcome scored = await Mstream.RunAsync(
            "evaluate", "--localizations", folder.Write("none.csv", "frame,x [nm],y [nm]\n"), "--truth", folder.Write("truth.csv", Truth),
            "--json");

        Assert.That(scored.ExitCode, Is.Zero, scored.Error);
        Assert.That(scored.Json.GetProperty("ji").GetDouble(), Is.Zero);
        Assert.That(scored.Json.GetProperty("rmse_xy_nm").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(scored.Json.GetProperty("pearson").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("frame,x [nm],y [nm]\n1,abc,2\n", "line 2")]
    [TestCase("a,b,c\n1,2,3\n", "frame")]
    [TestCase("", "empty")]
    public async Task A_broken_table_is_code_3_with_the_place(string table, string message)
    {
        using var folder = new TemporaryFolder();

        Outcome refused = await Mstream.RunAsync(
            "evaluate", "--localizations", folder.Write("bad.csv", table), "--truth", folder.Write("truth.csv", Truth));

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(refused.Error, Does.Contain("bad.csv").And.Contain(message));
    }

    [Test]
    public async Task A_missing_table_is_code_3()
    {
        using var folder = new TemporaryFolder();

        Outcome refused = await Mstream.RunAsync(
            "evaluate", "--localizations", folder.File("none.csv"), "--truth", folder.Write("truth.csv", Truth));

        Assert.That(
            (refused.ExitCode, refused.Error.Contains("none.csv", StringComparison.Ordinal)), Is.EqualTo((ExitCodes.BadInput, true)));
    }

    [Test]
    public async Task Frames_of_different_density_are_scored_apart_too()
    {
        using var folder = new TemporaryFolder();

        // Field 6.4 µm: frame 1 has 8 emitters, all found 20 nm off; frame 2 has 80, half of them found 40 nm off.
        var truth = new System.Text.StringBuilder("frame,x [nm],y [nm]\n");
        var found = new System.Text.StringBuilder("frame,x [nm],y [nm]\n");
        for (int i = 0; i < 88; i++)
        {
            int frame = i < 8 ? 1 : 2;
            double x = 300 + (600 * (i % 10)), y = 300 + (600 * (i / 10));
            truth.Append(System.Globalization.CultureInfo.InvariantCulture, $"{frame},{x},{y}\n");
            if (frame == 1 || i % 2 == 0)
            {
                found.Append(System.Globalization.CultureInfo.InvariantCulture, $"{frame},{x + (20 * frame)},{y}\n");
            }
        }

        JsonElement json = (await Mstream.RunAsync(
            "evaluate", "--localizations", folder.Write("found.csv", found.ToString()), "--truth", folder.Write("truth.csv", truth.ToString()), "--json")).Json;

        JsonElement[] densities = [.. json.GetProperty("densities").EnumerateArray()];
        Assert.That(densities.Select(d => d.GetProperty("ji").GetDouble()), Is.EqualTo(new[] { 1, 0.5 }));
        Assert.That(densities.Select(d => d.GetProperty("rmse_xy_nm").GetDouble()), Is.EqualTo(new[] { 20.0, 40 }));
        Assert.That(densities.Select(d => d.GetProperty("mean_density_per_um2").GetDouble()), Is.EqualTo(new[] { 8 / 40.96, 80 / 40.96 }).Within(1e-4));
    }

    [Test]
    public async Task Z_is_scored_when_asked_and_a_table_without_it_is_named()
    {
        using var folder = new TemporaryFolder();
        const string heading = "Ground-truth,frame,xnano,ynano,znano,intensity \n";
        string truth = folder.Write("truth.csv", heading + "1,1,1000,1000,100,1000\n2,1,3000,3000,-600,1000\n");
        string found = folder.Write("found.csv", heading + "1,1,1030,1000,140,1000\n2,1,3000,3000,0,1000\n");

        JsonElement json = (await Mstream.RunAsync("evaluate", "--localizations", found, "--truth", truth, "--axial", "--json")).Json;
        Outcome flat = await Mstream.RunAsync("evaluate", "--localizations", folder.Write("flat.csv", "frame,x [nm],y [nm]\n1,5,5\n"), "--truth", truth, "--axial");

        Assert.That(
            (json.GetProperty("true_positives").GetInt32(), json.GetProperty("false_positives").GetInt32(), json.GetProperty("false_negatives").GetInt32()),
            Is.EqualTo((1, 1, 1)));
        Assert.That(json.GetProperty("rmse_z_nm").GetDouble(), Is.EqualTo(40));
        Assert.That(json.GetProperty("efficiency_z").GetDouble(), Is.EqualTo(100 - Math.Sqrt(Math.Pow(200.0 / 3, 2) + 400)).Within(0.01));
        Assert.That(flat.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(flat.Error, Does.Contain("flat.csv has no z"));
    }

    [Test]
    public async Task Drift_is_scored_up_to_a_constant_and_other_files_are_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        const string heading = "\"frame\",\"x [nm]\",\"y [nm]\"\n";
        string truth = folder.Write("truth.csv", heading + "1,0,0\n2,10,0\n3,20,0\n4,30,0\n");
        string found = folder.Write("drift.csv", heading + "1,7,3\n2,19,3\n3,25,3\n4,37,3\n");

        JsonElement json = (await Mstream.RunAsync("evaluate", "--drift", found, "--true-drift", truth, "--json")).Json;
        Outcome wrong = await Mstream.RunAsync("evaluate", "--drift", folder.Write("table.csv", Found), "--true-drift", truth);

        // Errors 7, 9, 5, 7 along x: a mean of 7, and a variance of 2.
        Assert.That(json.GetProperty("residual_rms_nm").GetDouble(), Is.EqualTo(Math.Sqrt(2)).Within(1e-3));
        Assert.That(wrong.ExitCode, Is.EqualTo(ExitCodes.BadInput));
        Assert.That(wrong.Error, Does.Contain("table.csv").And.Contain("is no row of a drift"));
    }
}
