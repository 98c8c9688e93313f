using MicroscopeStream.Core.Results;
using MicroscopeStream.Video.Slices;

namespace MicroscopeStream.Video.Trust;

/// <summary>Puts what is known against a video frame into words.</summary>
internal static class VideoTrust
{
    private const string Coarse =
        "The localizations are less precise than those that the network was trained on: its lines are finer than what they support.";

    private static readonly TrustReport s_tooFast = TrustReport.Good.With(
        TrustLevel.Caution,
        "The structure moves faster than the localizations support: it has moved on before three of them fall within three quarters of a camera pixel of a place. "
        + "More emitters at a time, or slower events, would be seen; the video shows what it can.");

    private static readonly TrustReport s_sparse = TrustReport.Good.With(
        TrustLevel.Caution, "Few localizations so far: most of the structure has not been seen yet.");

    private static readonly TrustReport s_bridged = TrustReport.Good.With(
        TrustLevel.Caution, "No camera frame came in this slice: it bridges a gap with what was known before.");

    // The same few objects: a report per frame would be garbage per frame.
    private static readonly TrustReport[] s_plain = [TrustReport.Good, s_sparse, s_tooFast, s_bridged];
    private static readonly TrustReport[] s_coarse = [.. s_plain.Select(report => report.With(TrustLevel.Caution, Coarse))];

    public static TrustReport Of(MotionWatch motion, PrecisionWatch precision, in TimeSlice slice, VideoOptions options)
    {
        TrustReport[] reports = precision.IsTooCoarse ? s_coarse : s_plain;
        return slice.Frames == 0 && options.BridgedSlices > 0 ? reports[3]
            : motion.Verdict == MotionVerdict.TooFast ? reports[2]
            : motion.Verdict == MotionVerdict.Sparse ? reports[1]
            : reports[0];
    }
}
