namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>One fault of a request: what, where, what was expected, what to do (<c>ErrorDetail</c> of the protocol).</summary>
/// <param name="Code">Stable name for programs, for example <c>invalid-value</c>.</param>
/// <param name="Field">Path of the field in the request, for example <c>acquisition.pixel_size_nm</c>; empty: none is to blame.</param>
/// <param name="Actual">What it held.</param>
/// <param name="Expected">What would be accepted.</param>
/// <param name="Remedy">What to do.</param>
public sealed record SpecificationProblem(string Code, string Field, string Actual, string Expected, string Remedy)
{
    /// <summary>The fault as one sentence.</summary>
    public override string ToString() =>
        Field.Length == 0 ? $"{Actual}. Expected {Expected}. {Remedy}" : $"{Field} is {Actual}; expected {Expected}. {Remedy}";
}

/// <summary>Why a session was refused.</summary>
public enum RefusalReason
{
    /// <summary>The request holds impossible values.</summary>
    InvalidSpecification = 0,

    /// <summary>There is no such method or session.</summary>
    NotFound = 1,

    /// <summary>The service is full: sessions or buffer memory.</summary>
    ResourcesExhausted = 2,

    /// <summary>The request is fine, but this machine or this state cannot serve it (a provider that does not load, a session that ended).</summary>
    Unavailable = 3,

    /// <summary>The token is not the session's.</summary>
    WrongToken = 4,
}

/// <summary>A session could not be opened, taken up or joined; <see cref="Problems"/> says why, fault by fault.</summary>
public sealed class SessionRefusedException : Exception
{
    /// <summary>Makes a refusal.</summary>
    /// <param name="reason">Which kind.</param>
    /// <param name="problems">The faults, at least one.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public SessionRefusedException(RefusalReason reason, IReadOnlyList<SpecificationProblem> problems, Exception? innerException = null)
        : base(string.Join(" ", problems), innerException)
    {
        Reason = reason;
        Problems = problems;
    }

    /// <summary>Makes a refusal for one fault.</summary>
    /// <param name="reason">Which kind.</param>
    /// <param name="problem">The fault.</param>
    public SessionRefusedException(RefusalReason reason, SpecificationProblem problem)
        : this(reason, [problem])
    {
    }

    /// <summary>Which kind.</summary>
    public RefusalReason Reason { get; }

    /// <summary>The faults, one entry each.</summary>
    public IReadOnlyList<SpecificationProblem> Problems { get; }
}
