namespace MicroscopeStream.Localizations.ReadOut;

/// <summary>
/// What each plane of an emitter network's output means. Lateral offsets are from the pixel's centre, in pixels: x along
/// columns, y along rows (DECODE's own maps call the row axis x: swap the indices for such a network).
/// </summary>
public sealed record EmitterMapChannels
{
    /// <summary>Probability of an emitter in the pixel, 0…1 (after the logistic function).</summary>
    public required MapChannel Probability { get; init; }

    /// <summary>Photons of the emitter in the frame.</summary>
    public required MapChannel Photons { get; init; }

    /// <summary>Offset along columns from the pixel's centre, px.</summary>
    public required MapChannel X { get; init; }

    /// <summary>Offset along rows from the pixel's centre, px.</summary>
    public required MapChannel Y { get; init; }

    /// <summary>Axial position, nm. Absent in 2D.</summary>
    public MapChannel Z { get; init; } = MapChannel.Absent;

    /// <summary>Standard deviation of <see cref="Photons"/>, photons.</summary>
    public MapChannel SigmaPhotons { get; init; } = MapChannel.Absent;

    /// <summary>Standard deviation of <see cref="X"/>, px.</summary>
    public MapChannel SigmaX { get; init; } = MapChannel.Absent;

    /// <summary>Standard deviation of <see cref="Y"/>, px.</summary>
    public MapChannel SigmaY { get; init; } = MapChannel.Absent;

    /// <summary>Standard deviation of <see cref="Z"/>, nm.</summary>
    public MapChannel SigmaZ { get; init; } = MapChannel.Absent;

    /// <summary>Background under the emitter, photons per camera pixel.</summary>
    public MapChannel Background { get; init; } = MapChannel.Absent;

    /// <summary>The eight planes of a 2D network in the order of our own packages: p, photons, x, y, σ(photons, x, y), background.</summary>
    public static EmitterMapChannels Standard2D { get; } = new()
    {
        Probability = new(0),
        Photons = new(1),
        X = new(2),
        Y = new(3),
        SigmaPhotons = new(4),
        SigmaX = new(5),
        SigmaY = new(6),
        Background = new(7),
    };

    /// <summary>Number of planes that the output must have at least: one more than the highest index.</summary>
    public int PlaneCount => 1 + Math.Max(
        Math.Max(Math.Max(Probability.Index, Photons.Index), Math.Max(X.Index, Y.Index)),
        Math.Max(
            Math.Max(Math.Max(Z.Index, SigmaPhotons.Index), Math.Max(SigmaX.Index, SigmaY.Index)),
            Math.Max(SigmaZ.Index, Background.Index)));
}
