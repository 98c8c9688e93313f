using MicroscopeStream.Cli.Tests.Support;

namespace MicroscopeStream.Cli.Tests;

public sealed class HelpTests
{
    [TestCase("", "demo", "serve", "stream", "simulate", "calibrate", "evaluate", "models")]
    [TestCase("demo", "--input", "--seconds", "--headless", "--out", "--method", "--fps")]
    [TestCase("serve", "--grpc-url", "--http-url", "--unix-socket", "--models")]
    [TestCase("stream", "INPUT", "--task", "--method", "--pixel-size", "--camera", "--fps", "--policy", "--server", "--out", "--provider", "--json", "--superres-pixel", "--drift", "--filter", "--link", "--table")]
    [TestCase("evaluate", "--localizations", "--truth", "--border", "--min-photons", "--size", "--pixel", "--sigma", "--json")]
    [TestCase("simulate smlm", "--out", "--seed", "--frames", "--width", "--height", "--pixel-size", "--density", "--photons", "--background", "--camera", "--structure")]
    [TestCase("models", "list", "describe", "verify")]
    [TestCase("models list", "--models", "--json")]
    public async Task Help_names_every_option_and_the_exit_codes(string command, params string[] expected)
    {
        Outcome help = await Mstream.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.That(help.ExitCode, Is.Zero);
        foreach (string word in expected)
        {
            Assert.That(help.Out, Does.Contain(word));
        }

        Assert.That(help.Out, Does.Contain("130  interrupted"));
        Assert.That(help.Error, Is.Empty);
    }

    [Test]
    public async Task Version_is_the_products()
    {
        Outcome version = await Mstream.RunAsync("--version");

        Assert.That((version.ExitCode, version.Out.Trim()), Is.EqualTo((0, MstreamCommand.Version)));
        Assert.That(version.Out, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [TestCase(new[] { "stream", "x.tif", "--method", "m", "--pixel-size", "-5" }, "--pixel-size is '-5'; expected a number > 0")]
    [TestCase(new[] { "stream", "x.tif", "--method", "m", "--fps", "0" }, "--fps is '0'; expected frames per second > 0, or max")]
    [TestCase(new[] { "stream", "x.tif", "--method", "m", "--policy", "maybe" }, "expected one of lossless, live")]
    [TestCase(new[] { "stream", "x.tif", "--method", "m", "--set", "accept=much" }, "expected NAME=VALUE")]
    [TestCase(new[] { "stream", "x.tif" }, "--method")]
    [TestCase(new[] { "evaluate", "--truth", "t.csv" }, "--localizations")]
    [TestCase(new[] { "evaluate", "--localizations", "l.csv", "--truth", "t.csv", "--border", "NaN" }, "expected a number ≥ 0")]
    [TestCase(new[] { "simulate", "smlm", "--out", "o", "--width", "4" }, "expected a whole number ≥ 8")]
    [TestCase(new[] { "models", "verify", "--provider", "abacus" }, "expected one of auto, cpu, cuda, tensorrt")]
    [TestCase(new[] { "fly" }, "fly")]
    public async Task An_impossible_command_line_is_code_2_with_what_was_expected(string[] args, string message)
    {
        Outcome refused = await Mstream.RunAsync(args);

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCodes.Usage));
        Assert.That(refused.Error, Does.Contain(message).And.Contain("--help"));
        Assert.That(refused.Out, Is.Empty);
    }

    [Test]
    public async Task A_stack_trace_is_shown_only_when_asked_for()
    {
        Outcome quiet = await Mstream.RunAsync("stream", "not-there.tif", "--method", "m");
        Outcome verbose = await Mstream.RunAsync("stream", "not-there.tif", "--method", "m", "--verbose");

        Assert.That(quiet.Error, Does.Contain("not-there.tif does not exist").And.Not.Contain("   at "));
        Assert.That(verbose.Error, Does.Contain("   at "));
    }
}
