namespace MicroscopeStream.Core.Results;

/// <summary>
/// One localized emitter in one frame. Positions in nm from the corner of the region of interest (the centre of pixel i
/// lies at (i + 0.5) × pixel size); unknown values are NaN.
/// </summary>
public readonly record struct Localization
{
    /// <summary>Sequence number of the frame, from 0. Files add the format's own base.</summary>
    public required long Frame { get; init; }

    /// <summary>Position along columns, nm.</summary>
    public required double X { get; init; }

    /// <summary>Position along rows, nm.</summary>
    public required double Y { get; init; }

    /// <summary>Axial position, nm; NaN in 2D.</summary>
    public double Z { get; init; } = double.NaN;

    /// <summary>Photons of the emitter in this frame.</summary>
    public float Photons { get; init; } = float.NaN;

    /// <summary>Background under the emitter, photons per camera pixel.</summary>
    public float Background { get; init; } = float.NaN;

    /// <summary>Standard deviation of the background, photons per camera pixel.</summary>
    public float BackgroundStd { get; init; } = float.NaN;

    /// <summary>Width (standard deviation) of the fitted PSF along x, nm.</summary>
    public float PsfSigmaX { get; init; } = float.NaN;

    /// <summary>Width (standard deviation) of the fitted PSF along y, nm.</summary>
    public float PsfSigmaY { get; init; } = float.NaN;

    /// <summary>Predicted standard deviation of <see cref="X"/>, nm.</summary>
    public float SigmaX { get; init; } = float.NaN;

    /// <summary>Predicted standard deviation of <see cref="Y"/>, nm.</summary>
    public float SigmaY { get; init; } = float.NaN;

    /// <summary>Predicted standard deviation of <see cref="Z"/>, nm.</summary>
    public float SigmaZ { get; init; } = float.NaN;

    /// <summary>Predicted standard deviation of <see cref="Photons"/>, photons.</summary>
    public float SigmaPhotons { get; init; } = float.NaN;

    /// <summary>Probability that there is an emitter, 0…1; 1 for methods that do not say.</summary>
    public float Probability { get; init; } = 1;

    /// <summary>Makes a localization with everything but frame and position unknown.</summary>
    public Localization()
    {
    }

    /// <summary>Lateral uncertainty, nm: root mean square of <see cref="SigmaX"/> and <see cref="SigmaY"/>.</summary>
    public double LateralUncertainty => Math.Sqrt(((SigmaX * (double)SigmaX) + (SigmaY * (double)SigmaY)) / 2);
}
