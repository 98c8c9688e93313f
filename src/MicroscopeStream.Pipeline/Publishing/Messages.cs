using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>How bad a notice is.</summary>
public enum Severity
{
    /// <summary>For the record.</summary>
    Info = 0,

    /// <summary>Results may be affected.</summary>
    Warning = 1,

    /// <summary>Something failed; the session goes on.</summary>
    Error = 2,
}

/// <summary>Something that a person should know, in words.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">Stable name for programs, one of <see cref="NoticeCodes"/>.</param>
/// <param name="Message">The sentence for people: what, where, what to do.</param>
public sealed record Notice(Severity Severity, string Code, string Message) : UpdateBody
{
    internal override object JoinKey => Code;

    internal override UpdateBody Join(UpdateBody earlier) => this with { Severity = (Severity)Math.Max((int)Severity, (int)((Notice)earlier).Severity) };
}

/// <summary>How far results may be believed.</summary>
/// <param name="Report">The verdict with its reasons.</param>
public sealed record Trust(TrustReport Report) : UpdateBody;

/// <summary>Frames that did not arrive: the sequence number jumped. Gaps that nobody read for long are joined to one.</summary>
/// <param name="First">First missing sequence number.</param>
/// <param name="Count">Number of missing frames, of all gaps joined.</param>
public sealed record Gap(long First, long Count) : UpdateBody
{
    internal override UpdateBody Join(UpdateBody earlier) => new Gap(Math.Min(First, ((Gap)earlier).First), Count + ((Gap)earlier).Count);
}

/// <summary>
/// Frames that arrived and were not worked on, since the last such message. The update's range goes from the first of them to
/// the last; frames between may have been worked on.
/// </summary>
/// <param name="Cause">Why.</param>
/// <param name="Count">How many frames.</param>
/// <param name="Total">How many of this cause in the session so far.</param>
public sealed record Drop(Accounting.DropCause Cause, long Count, long Total) : UpdateBody
{
    internal override object JoinKey => Cause;

    internal override UpdateBody Join(UpdateBody earlier) => this with { Count = Count + ((Drop)earlier).Count };
}

/// <summary>The codes of notices.</summary>
public static class NoticeCodes
{
    /// <summary>Baseline and gain were estimated from the first frames.</summary>
    public const string CameraEstimated = "camera-estimated";

    /// <summary>The frames contradict the description of their camera.</summary>
    public const string CameraMismatch = "camera-mismatch";

    /// <summary>An execution provider failed and another took over.</summary>
    public const string ProviderFallback = "provider-fallback";

    /// <summary>A frame was of another size than agreed.</summary>
    public const string FrameSize = "frame-size";

    /// <summary>Sequence numbers were repeated or went backward.</summary>
    public const string OutOfOrder = "out-of-order";

    /// <summary>Pixels were saturated.</summary>
    public const string Saturation = "saturation";

    /// <summary>Pixels were not finite numbers.</summary>
    public const string NotFinite = "not-finite";

    /// <summary>The session is outside the method's domain.</summary>
    public const string OutsideDomain = "outside-domain";

    /// <summary>Frames run in tiles, and the model does not tell by how much tiles must overlap.</summary>
    public const string OverlapUnknown = "overlap-unknown";

    /// <summary>The stated frame rate is more than this machine can hold.</summary>
    public const string RateNotSustainable = "rate-not-sustainable";

    /// <summary>Structured illumination: the frames do not come in the stated order.</summary>
    public const string FrameOrder = "frame-order";

    /// <summary>Structured illumination: the pattern was estimated again.</summary>
    public const string PatternEstimated = "pattern-estimated";

    /// <summary>The method failed on a frame.</summary>
    public const string MethodFailed = "method-failed";

    /// <summary>The service is behind: a live session drops input.</summary>
    public const string Behind = "behind";

    /// <summary>Previews could not keep up, and lack localizations that the tables have.</summary>
    public const string PreviewBehind = "preview-behind";

    /// <summary>More localizations than are kept: the oldest are no longer drawn again when drift is found.</summary>
    public const string DriftFrozen = "drift-frozen";

    /// <summary>Drift or resolution could not be estimated.</summary>
    public const string ProcessingFailed = "processing-failed";

    /// <summary>More frames than drift, resolution and statistics are kept for.</summary>
    public const string TooLong = "too-long";

    /// <summary>Results were not collected by anyone before the session ended.</summary>
    public const string NotCollected = "not-collected";

    /// <summary>The session's client stayed away too long, and the session was ended.</summary>
    public const string Expired = "expired";

    /// <summary>A stage of the session failed; it ends.</summary>
    public const string SessionFailed = "session-failed";
}
