using System.CommandLine;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    internal static Option<string?> Models { get; } = new("--models")
    {
        Description = $"Folder with model packages. [default: ${ModelDirectories.Variable}, or the first '{ModelDirectories.DirectoryName}' beside the program or above]",
        HelpName = "DIR",
    };

    internal static Option<ExecutionProvider?> Provider { get; } = Numbers.Choice(
        "--provider",
        "What runs networks; what cannot falls back, and says so. [default: auto]",
        ("auto", ExecutionProvider.Auto),
        ("cpu", ExecutionProvider.Cpu),
        ("cuda", ExecutionProvider.Cuda),
        ("tensorrt", ExecutionProvider.TensorRt));

    internal static ExecutionProvider ProviderOf(ParseResult parsed) => parsed.GetValue(Provider) ?? ExecutionProvider.Auto;

    /// <exception cref="CommandException">A folder that was named does not exist.</exception>
    internal static IReadOnlyList<string> ModelDirectoriesOf(ParseResult parsed)
    {
        try
        {
            return ModelDirectories.Resolve(parsed.GetValue(Models));
        }
        catch (DirectoryNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, e.Message, e);
        }
    }
}
