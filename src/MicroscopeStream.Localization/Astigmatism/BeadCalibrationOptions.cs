namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>How beads are found and which of them are believed.</summary>
public sealed record BeadCalibrationOptions
{
    /// <summary>Edge of the region fitted around a bead, px, odd, 9…15. Default 13.</summary>
    public int RegionSize { get; init; } = 13;

    /// <summary>Width of the PSF in focus, px, 0.5…4. Default 1.3.</summary>
    public double PsfSigma { get; init; } = 1.3;

    /// <summary>Signal over noise from which a maximum of the mean over all slices is a bead, &gt; 0. Default 20.</summary>
    public double Threshold { get; init; } = 20;

    /// <summary>Beads needed after the odd ones were left out, ≥ 1. Default 3.</summary>
    public int MinimumBeads { get; init; } = 3;

    /// <summary>A bead that wanders farther than this from its mean position is left out, px. Default 1.5.</summary>
    public double MaximumWander { get; init; } = 1.5;

    /// <summary>Variance of the camera's read noise, photons². Default 0.</summary>
    public double ReadVariance { get; init; }

    /// <summary>Photons at which a pixel is saturated; beads that reach it in any slice are left out. Default: none is.</summary>
    public double SaturationPhotons { get; init; } = double.PositiveInfinity;

    /// <summary>Extent of the measured PSF along x and y, nm, 700…4000. Default 2200; beads nearer to one another are left out of it.</summary>
    public double PsfExtentNm { get; init; } = 2200;

    /// <summary>Knots of the measured PSF along z, nm apart, 20…200: finer follows faster changes, coarser averages more. Default 100.</summary>
    public double PsfKnotStepNm { get; init; } = 100;
}

/// <summary>A bead stack from which no calibration follows; the message says why and what to do.</summary>
public sealed class BeadCalibrationException : Exception
{
    /// <summary>Makes the exception.</summary>
    public BeadCalibrationException(string message)
        : base(message)
    {
    }
}
