using MicroscopeStream.Localizations.EmpiricalPsf;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>From the calibration that a session names to the localizer that uses it.</summary>
internal static class PsfCalibrations
{
    /// <summary>Parameter that asks for the elliptical Gaussian although the calibration has a PSF: 1.</summary>
    public const string GaussianPsf = "gaussian_psf";

    /// <summary>Parameter that bounds the reduced deviance of fits with the measured PSF.</summary>
    public const string MaximumDeviance = "maximum_deviance";

    private const string Field = "method.psf_calibration";

    /// <summary>What is wrong with the calibration.</summary>
    public static IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        if (specification.Method.PsfCalibration.Length == 0)
        {
            return [];
        }

        try
        {
            PsfCalibration calibration = Read(specification);
            double pixel = specification.Acquisition.PixelSizeNm;
            return calibration.Fits(pixel) ? [] :
            [
                new SpecificationProblem(
                    "invalid-value", Field, FormattableString.Invariant($"measured with pixels of {calibration.PixelSizeNm} nm"),
                    FormattableString.Invariant($"the acquisition's pixel size, {pixel} nm"),
                    "State the pixel size that the beads were recorded with, or calibrate with this camera and magnification."),
            ];
        }
        catch (FormatException error)
        {
            return [new SpecificationProblem("invalid-value", Field, error.Message, "the text of a file that mstream calibrate psf wrote", "Send that file, whole and unchanged.")];
        }
    }

    /// <summary>How to make the localizer; null: the session has no calibration.</summary>
    public static Func<IFrameLocalizer>? Localizer(SessionSpecification specification, SingleEmitterOptions options)
    {
        if (specification.Method.PsfCalibration.Length == 0)
        {
            return null;
        }

        PsfCalibration calibration = Read(specification);
        bool gaussian = specification.Method.Parameters.TryGetValue(GaussianPsf, out double asked) && asked >= 0.5;
        Core.Frames.PixelGrid grid = specification.Acquisition.Grid;
        if (specification.Method.Parameters.TryGetValue(MaximumDeviance, out double deviance))
        {
            options = options with { MaximumDeviance = deviance };
        }

        return calibration.Psf is null || gaussian
            ? () => new SingleEmitterLocalizer(grid, options with { Astigmatism = calibration.Curves })
            : () => new SplineLocalizer(grid, calibration, options);
    }

    private static PsfCalibration Read(SessionSpecification specification) =>
        PsfCalibrationFile.Parse(specification.Method.PsfCalibration, "The calibration");
}
