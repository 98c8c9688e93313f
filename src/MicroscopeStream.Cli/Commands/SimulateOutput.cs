using System.CommandLine;
using System.Globalization;

namespace MicroscopeStream.Cli.Commands;

/// <summary>What all <c>simulate</c> commands share: the folder, the seed, and how writing is told and fails.</summary>
internal static class SimulateOutput
{
    internal static Option<string> Folder(string files) => new("--out")
    {
        Description = $"Folder for {files}.",
        HelpName = "DIR",
        Required = true,
    };

    internal static Option<int?> Seed() => Numbers.Whole("--seed", "Seed of everything random: the same seed gives the same bytes. [default: 1]", 0);

    /// <summary>Writes and says what was made.</summary>
    /// <param name="folder">As it was given.</param>
    /// <param name="context">Console and clock.</param>
    /// <param name="write">Writes into the folder's full path; what it returns is told with the time taken.</param>
    /// <exception cref="CommandException">The scene is impossible, or the folder could not be written.</exception>
    internal static int Write(string folder, CommandContext context, Func<string, string> write)
    {
        string path = Path.GetFullPath(folder);
        long started = context.Time.GetTimestamp();
        try
        {
            string made = write(path);
            context.Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{made}, in {context.Time.GetElapsedTime(started).TotalSeconds:f1} s: {path}"));
            return ExitCodes.Success;
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCodes.Usage, Failures.Plain(e), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCodes.Output, $"{path} could not be written: {e.Message.TrimEnd('.')}. Free some space, or choose another folder with --out.", e);
        }
    }
}
