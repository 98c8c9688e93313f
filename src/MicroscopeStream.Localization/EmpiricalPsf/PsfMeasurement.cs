namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>A calibration and what it was measured on, for judging it.</summary>
public sealed record PsfMeasurement
{
    /// <summary>The calibration.</summary>
    public required PsfCalibration Calibration { get; init; }

    /// <summary>Beads found in the stack.</summary>
    public required int Found { get; init; }

    /// <summary>Of these left out because a pixel is saturated.</summary>
    public required int Saturated { get; init; }

    /// <summary>Widths of every bead in every slice where they could be fitted.</summary>
    public required IReadOnlyList<BeadWidths> Widths { get; init; }

    /// <summary>
    /// How far the depths that the PSF tells of its own beads lie from their stage positions, root mean square over the range of the
    /// curves, nm: what is left of the beads' differences, the stage's errors and noise.
    /// </summary>
    public required double AxialResidualNm { get; init; }
}

/// <summary>One bead in one slice.</summary>
/// <param name="Bead">Which, from 0.</param>
/// <param name="ZNm">Its depth, nm.</param>
/// <param name="SigmaXNm">Width along columns, nm.</param>
/// <param name="SigmaYNm">Width along rows, nm.</param>
public readonly record struct BeadWidths(int Bead, double ZNm, double SigmaXNm, double SigmaYNm);
