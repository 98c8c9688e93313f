using System.CommandLine;
using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Cli.Commands;

/// <summary>The option <c>--psf</c>: a calibration that <c>mstream calibrate psf</c> wrote.</summary>
internal static class PsfOption
{
    internal static Option<string?> Create(string help) => new("--psf") { Description = help, HelpName = "FILE" };

    /// <summary>Reads the calibration; null when none was given.</summary>
    /// <exception cref="CommandException">It cannot be read, or is none.</exception>
    internal static PsfCalibration? Read(ParseResult parsed, Option<string?> option)
    {
        string? path = parsed.GetValue(option);
        try
        {
            return path is null ? null : PsfCalibrationFile.Read(path);
        }
        catch (FileNotFoundException e)
        {
            throw Failures.Unreadable(path!, e, $"{path} does not exist. Check the path.");
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path!, e, e is FormatException ? e.Message : $"{path} cannot be read: {e.Message}");
        }
    }
}
