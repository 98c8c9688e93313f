namespace MicroscopeStream.Video.Slices;

/// <summary>A stretch of camera frames whose localizations make one picture.</summary>
/// <param name="Index">Number of the slice from the first of the session, gaps counted, ≥ 0.</param>
/// <param name="FirstFrame">Sequence number of its first camera frame.</param>
/// <param name="LastFrame">Sequence number of its last camera frame.</param>
/// <param name="Frames">Camera frames of it that came.</param>
/// <param name="Localizations">Localizations in it.</param>
public readonly record struct TimeSlice(long Index, long FirstFrame, long LastFrame, int Frames, int Localizations);
