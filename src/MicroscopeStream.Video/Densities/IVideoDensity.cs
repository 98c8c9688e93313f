namespace MicroscopeStream.Video.Densities;

/// <summary>
/// Makes densities of localization maps, one slice after the other: the density now, and, when it looks ahead, that of some slices ago
/// in the light of what came since. It keeps whatever state it needs, of bounded size.
/// </summary>
/// <remarks>One owner, one call at a time; await each before the next. Planes are row-major (y, x), of the grid it was made for.</remarks>
public interface IVideoDensity : IDisposable
{
    /// <summary>Slices by which refined densities trail, ≥ 0; 0: there are none.</summary>
    int LookAhead { get; }

    /// <summary>Bytes that it holds.</summary>
    long HeldBytes { get; }

    /// <summary>Moves on by one slice.</summary>
    /// <param name="map">The slice's localizations (<see cref="Maps.LocalizationMap.Weights"/>); empty when it bridges a gap.</param>
    /// <param name="now">Gets the density of this slice.</param>
    /// <param name="refined">Gets that of <see cref="LookAhead"/> slices ago; written only where it looks ahead.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask StepAsync(ReadOnlyMemory<float> map, Memory<float> now, Memory<float> refined, CancellationToken cancellationToken);

    /// <summary>Forgets every slice.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ResetAsync(CancellationToken cancellationToken);
}
