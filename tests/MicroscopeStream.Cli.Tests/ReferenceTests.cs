using System.Text.RegularExpressions;
using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

/// <summary>docs/reference/cli.md and the program say the same.</summary>
public sealed partial class ReferenceTests
{
    [TestCase("demo", "mstream demo")]
    [TestCase("serve", "mstream serve")]
    [TestCase("top", "mstream top")]
    [TestCase("stream", "mstream stream")]
    [TestCase("simulate smlm", "mstream simulate smlm")]
    [TestCase("simulate sim", "mstream simulate sim")]
    [TestCase("simulate video", "mstream simulate video")]
    [TestCase("simulate beads", "mstream simulate beads")]
    [TestCase("calibrate psf", "mstream calibrate psf")]
    [TestCase("evaluate", "mstream evaluate")]
    [TestCase("models verify", "mstream models")]
    [TestCase("models import", "mstream models import")]
    public async Task Every_option_of_a_command_stands_in_its_section_and_no_other(string command, string heading)
    {
        string help = (await Mstream.RunAsync([.. command.Split(' '), "--help"])).Out;
        string section = Section(heading);

        string[] offered = [.. OptionInHelp().Matches(help).Select(m => m.Groups[1].Value).Except(["--help", "--verbose"]).Distinct().Order()];
        string[] documented = [.. OptionInTable().Matches(section).Select(m => m.Value).Distinct().Order()];

        Assert.That(offered, Is.Not.Empty);
        Assert.That(documented, Is.EqualTo(offered));
    }

    [Test]
    public void Every_exit_code_stands_in_the_reference()
    {
        string section = Section("Exit codes");
        foreach (System.Reflection.FieldInfo code in typeof(ExitCodes).GetFields())
        {
            Assert.That(section, Does.Contain($"| {code.GetRawConstantValue()} |"), code.Name);
        }
    }

    private static string Section(string heading)
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MicroscopeStream.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        string reference = File.ReadAllText(
            Path.Combine(folder ?? throw new AssertionException("The tests do not run inside a clone."), "docs/reference/cli.md"));
        int start = reference.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.That(start, Is.GreaterThanOrEqualTo(0), heading);
        int end = reference.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return end < 0 ? reference[start..] : reference[start..end];
    }

    [GeneratedRegex(@"^\s+(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionInHelp();

    // Options in the first column of the tables; what the text mentions of other commands does not count.
    [GeneratedRegex(@"(?<=^\| [^|]*)--[a-z-]+(?=.*\|$)", RegexOptions.Multiline)]
    private static partial Regex OptionInTable();
}
