using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>
/// What a bead stack told of a microscope: the curves of widths against depth, and the PSF itself. Depth 0 is where both widths are
/// equal; it rises from slice to slice of the stack where the step was given as positive.
/// </summary>
public sealed record PsfCalibration
{
    /// <summary>Widths against depth.</summary>
    public required AstigmatismCalibration Curves { get; init; }

    /// <summary>The PSF; null where only curves are known.</summary>
    public SplinePsf? Psf { get; init; }

    /// <summary>Camera pixel in the sample that it was measured with, nm, &gt; 0.</summary>
    public required double PixelSizeNm { get; init; }

    /// <summary>Step of the bead stack, nm; NaN when not known.</summary>
    public double ZStepNm { get; init; } = double.NaN;

    /// <summary>Beads whose images were averaged into the PSF; 0 when not known.</summary>
    public int PsfBeads { get; init; }

    /// <summary>Least depth that can be told, nm: the PSF's where there is one, else the curves'.</summary>
    public double MinimumZNm => Psf?.MinimumZNm ?? Curves.MinimumZNm;

    /// <summary>Largest depth that can be told, nm.</summary>
    public double MaximumZNm => Psf?.MaximumZNm ?? Curves.MaximumZNm;

    /// <summary>Whether frames of this pixel size can be fitted: within one per cent of the calibration's.</summary>
    public bool Fits(double pixelSizeNm) => Math.Abs((pixelSizeNm / PixelSizeNm) - 1) <= 0.01;
}
