using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Inference.Importing;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Cli.Models;

/// <summary>Asks a person for what no file says; where nobody can answer, the default stands and is told.</summary>
internal sealed class ImportQuestions(MstreamConsole console, bool silent)
{
    private readonly List<string> _assumed = [];

    /// <summary>What was taken without an answer, one sentence each.</summary>
    internal IReadOnlyList<string> Assumed => _assumed;

    private bool CanAsk => !silent && console.In is not null;

    /// <summary>An answer in one line.</summary>
    /// <param name="given">What an option said; null: ask.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="otherwise">The default.</param>
    /// <param name="option">The option that answers it, for what is told about the default.</param>
    internal string Line(string? given, string question, string otherwise, string option)
    {
        if (given is not null)
        {
            return given;
        }

        if (CanAsk)
        {
            console.Error.Write($"{question} [{otherwise}] ");
            return console.In!.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : otherwise;
        }

        _assumed.Add($"{question} Assumed: {otherwise} ({option} says otherwise).");
        return otherwise;
    }

    /// <summary>The normalization.</summary>
    /// <exception cref="CommandException">The answer is none.</exception>
    internal ModelNormalization Normalization(string? given, bool stack)
    {
        string otherwise = stack ? "percentile:3,99.8/stack" : "percentile:3,99.8";
        string said = Line(given, $"What was done to pixels before they entered the network ({NormalizationText.Expected})?", otherwise, "--normalization");
        return NormalizationText.Parse(said)
            ?? throw new CommandException(ExitCodes.Usage, $"The normalization is '{said}'; expected {NormalizationText.Expected}.");
    }
}
