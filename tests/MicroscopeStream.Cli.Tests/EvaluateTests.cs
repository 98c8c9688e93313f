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
}
