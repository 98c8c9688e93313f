using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Client;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli;

/// <summary>From an exception to a sentence for people and a code for the shell.</summary>
internal static class Failures
{
    internal static int Report(Exception exception, MstreamConsole console, bool verbose)
    {
        int code = ExitCode(exception);
        console.Error.WriteLine(code == ExitCodes.Interrupted ? "Interrupted." : $"error: {Sentence(exception, code)}");
        if (verbose)
        {
            console.Error.WriteLine(exception.ToString());
        }

        return code;
    }

    internal static int ExitCode(Exception exception) => exception switch
    {
        CommandException e => e.ExitCode,
        OperationCanceledException => ExitCodes.Interrupted,
        MicroscopeStreamException => ExitCodes.Service,
        TiffFormatException or LocalizationFormatException => ExitCodes.BadInput,
        FileNotFoundException or DirectoryNotFoundException => ExitCodes.BadInput,
        _ => ExitCodes.Failed,
    };

    /// <summary>An argument exception's message without the name of the parameter, which means nothing to a user.</summary>
    internal static string Plain(ArgumentException exception) =>
        exception.ParamName is { } name
            ? exception.Message.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal)
            : exception.Message;

    /// <summary>A file that cannot be read; where a folder was named, systems say no more than that access is denied.</summary>
    internal static CommandException Unreadable(string path, Exception exception, string message) => new(
        Cli.ExitCodes.BadInput, Directory.Exists(path) ? $"{path} is a folder. Name a file in it." : message, exception);

    private static string Sentence(Exception exception, int code) =>
        code == ExitCodes.Failed && exception is not CommandException
            ? $"{(exception is ArgumentException a ? Plain(a) : exception.Message)} (Run again with --verbose to see where this came from.)"
            : exception.Message;
}
