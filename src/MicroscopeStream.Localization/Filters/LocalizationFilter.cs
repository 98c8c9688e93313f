using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Filters;

/// <summary>Which localizations are kept. Every condition that is set must hold; unset ones (null) keep everything.</summary>
/// <remarks>Immutable, hence thread-safe. Ranges include both ends.</remarks>
public sealed record LocalizationFilter
{
    /// <summary>Keeps everything.</summary>
    public static LocalizationFilter None { get; } = new();

    /// <summary>Largest lateral uncertainty (<see cref="Localization.LateralUncertainty"/>), nm.</summary>
    public double? MaximumUncertaintyNm { get; init; }

    /// <summary>Largest axial uncertainty, nm.</summary>
    public double? MaximumAxialUncertaintyNm { get; init; }

    /// <summary>Photons in the frame.</summary>
    public ValueRange? Photons { get; init; }

    /// <summary>Width of the PSF, nm, along x as well as along y.</summary>
    public ValueRange? PsfSigmaNm { get; init; }

    /// <summary>Least probability, 0…1.</summary>
    public double? MinimumProbability { get; init; }

    /// <summary>Axial position, nm.</summary>
    public ValueRange? ZNm { get; init; }

    /// <summary>Frames, from 0.</summary>
    public ValueRange? Frames { get; init; }

    /// <summary>Columns of the field, nm from its corner.</summary>
    public ValueRange? XNm { get; init; }

    /// <summary>Rows of the field, nm from its corner.</summary>
    public ValueRange? YNm { get; init; }

    /// <summary>
    /// Whether a localization that does not state a value passes the conditions on it. Default true: what a method does not say
    /// is no reason to lose its localizations. A position that is not finite passes no condition on it.
    /// </summary>
    public bool KeepUnknown { get; init; } = true;

    /// <summary>Whether a localization is kept.</summary>
    public bool Keeps(in Localization l) =>
        (MaximumUncertaintyNm is not { } lateral || AtMost(l.LateralUncertainty, lateral))
        && (MaximumAxialUncertaintyNm is not { } axial || AtMost(l.SigmaZ, axial))
        && Within(Photons, l.Photons)
        && Within(PsfSigmaNm, l.PsfSigmaX)
        && Within(PsfSigmaNm, l.PsfSigmaY)
        && (MinimumProbability is not { } probability || AtMost(-l.Probability, -probability))
        && Within(ZNm, l.Z)
        && (Frames is not { } frames || frames.Contains(l.Frame))
        && (XNm is not { } x || x.Contains(l.X))
        && (YNm is not { } y || y.Contains(l.Y));

    /// <summary>Copies what is kept, in order.</summary>
    /// <param name="source">Localizations.</param>
    /// <param name="kept">Gets those kept; at least as long as the source, or the same memory.</param>
    /// <returns>How many were kept.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Apply(ReadOnlySpan<Localization> source, Span<Localization> kept)
    {
        if (kept.Length < source.Length)
        {
            throw new ArgumentException($"Room for {kept.Length} localizations given, {source.Length} may be needed.", nameof(kept));
        }

        int count = 0;
        for (int i = 0; i < source.Length; i++)
        {
            if (Keeps(source[i]))
            {
                kept[count++] = source[i];
            }
        }

        return count;
    }

    private bool AtMost(double value, double most) => double.IsNaN(value) ? KeepUnknown : value <= most;

    private bool Within(ValueRange? range, double value) =>
        range is not { } r || (double.IsNaN(value) ? KeepUnknown : r.Contains(value));
}
