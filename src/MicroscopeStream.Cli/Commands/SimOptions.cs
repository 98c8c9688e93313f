using System.CommandLine;
using MicroscopeStream.Client;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Cli.Commands;

/// <summary>Options that describe structured illumination.</summary>
internal static class SimOptions
{
    internal static Option<string?> Order { get; } = new("--order")
    {
        Description = "Structured illumination: order of a group's frames, hex7, 3x3, 3x5, omx, elyra, fairsim or nsim, or axes from the slowest with counts, such as phase=5,angle=3.",
        HelpName = "ORDER",
    };

    internal static Option<double?> Wavelength { get; } = Numbers.Real("--wavelength", "Structured illumination: wavelength of emission.", 0, exclusive: true);

    internal static Option<double?> Na { get; } = Numbers.Real("--na", "Structured illumination: numerical aperture of the objective.", 0, exclusive: true, unit: "X");

    internal static Option<string?> Pattern { get; } = new("--pattern")
    {
        Description = "Structured illumination: pattern that 'mstream calibrate sim' wrote. [default: estimated from the first group]",
        HelpName = "FILE",
    };

    internal static Option<string?> Otf { get; } = new("--otf")
    {
        Description = "Structured illumination: the lens's transfer function as measured, one frequency in 1/µm (from 0, evenly spaced) and value per line, separated by a comma. [default: that of an ideal lens]",
        HelpName = "FILE",
    };

    internal static IReadOnlyList<Option> All { get; } = [Order, Wavelength, Na, Otf, Pattern];

    /// <summary>The request with what was stated of structured illumination.</summary>
    internal static AcquisitionRequest Add(AcquisitionRequest request, ParseResult parsed) => request with
    {
        FrameOrder = parsed.GetValue(Order) ?? string.Empty,
        EmissionWavelengthNm = parsed.GetValue(Wavelength) ?? 0,
        NumericalAperture = parsed.GetValue(Na) ?? 0,
        SimPattern = parsed.GetValue(Pattern) is { } path ? Read(path, text => PatternFile.Parse(text)) : string.Empty,
        OpticalTransfer = parsed.GetValue(Otf) is { } otf ? Read(otf, text => OpticalTransfer.Parse(text)) : string.Empty,
    };

    /// <summary>The lens: measured where a file says so, else ideal.</summary>
    internal static OpticalTransfer Lens(ParseResult parsed, double na, double wavelengthNm) =>
        parsed.GetValue(Otf) is { } path ? OpticalTransfer.Parse(Read(path, text => OpticalTransfer.Parse(text))) : new OpticalTransfer(na, wavelengthNm);

    private static string Read(string path, Action<string> check)
    {
        try
        {
            string text = File.ReadAllText(path);
            check(text);
            return text;
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path, e, e is FormatException ? $"{path}: {e.Message}" : $"{path} cannot be read: {e.Message}");
        }
    }
}
