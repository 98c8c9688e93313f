using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Statistics;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Processing;

/// <summary>The drift as it is known now; replaces what was told before.</summary>
/// <param name="Version">The curve and how new it is; revision 0: nothing is known yet.</param>
public sealed record DriftUpdate(DriftVersion Version) : UpdateBody;

/// <summary>The resolution that the localizations support so far.</summary>
/// <param name="Estimate">Resolution and its uncertainty, nm.</param>
/// <param name="LastFrame">Last frame that it was estimated from, sequence number.</param>
/// <param name="FieldXNm">x of the corner of the part of the field that it was estimated on, nm.</param>
/// <param name="FieldYNm">y of that corner, nm.</param>
/// <param name="FieldWidthNm">Extent of that part along columns, nm.</param>
/// <param name="FieldHeightNm">Extent of that part along rows, nm.</param>
public sealed record ResolutionUpdate(
    ResolutionEstimate Estimate, long LastFrame, double FieldXNm, double FieldYNm, double FieldWidthNm, double FieldHeightNm) : UpdateBody;

/// <summary>The session over time; replaces what was told before.</summary>
/// <param name="SliceFrames">Frames per slice.</param>
/// <param name="Slices">The slices in order.</param>
public sealed record StatisticsUpdate(long SliceFrames, IReadOnlyList<SessionSlice> Slices) : UpdateBody;

/// <summary>What a stretch of a session was like.</summary>
/// <param name="Slice">Density, photons, background, precision and on-time.</param>
/// <param name="DriftXNm">Drift along columns in its middle, nm; 0 while none is known.</param>
/// <param name="DriftYNm">Drift along rows in its middle, nm.</param>
public readonly record struct SessionSlice(TimeSlice Slice, double DriftXNm, double DriftYNm);
