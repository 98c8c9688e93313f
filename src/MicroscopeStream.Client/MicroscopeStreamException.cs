using Grpc.Core;

namespace MicroscopeStream.Client;

/// <summary>
/// The service refused something, or could not be reached. The message names the thing and the remedy;
/// <see cref="Faults"/> says the same for programs.
/// </summary>
public sealed class MicroscopeStreamException : Exception
{
    /// <summary>Makes an exception from a message.</summary>
    public MicroscopeStreamException(string message)
        : this(message, StatusCode.Unknown, [], null)
    {
    }

    /// <summary>Makes an exception from a message and what caused it.</summary>
    public MicroscopeStreamException(string message, Exception? innerException)
        : this(message, StatusCode.Unknown, [], innerException)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do, one or more sentences.</param>
    /// <param name="status">The gRPC status.</param>
    /// <param name="faults">What the service found wrong, in its order.</param>
    /// <param name="innerException">The call's own exception.</param>
    public MicroscopeStreamException(string message, StatusCode status, IReadOnlyList<Fault> faults, Exception? innerException)
        : base(message, innerException)
    {
        Status = status;
        Faults = faults;
    }

    /// <summary>The gRPC status: for example <see cref="StatusCode.InvalidArgument"/> or <see cref="StatusCode.Unavailable"/>.</summary>
    public StatusCode Status { get; }

    /// <summary>One entry per fault that the service named; empty when it named none.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>Whether the service could not be reached, as opposed to having refused the request.</summary>
    public bool IsUnreachable => Status == StatusCode.Unavailable;
}

/// <summary>One fault that the service named.</summary>
/// <param name="Code">Stable name for programs, for example "invalid-value".</param>
/// <param name="Field">Path of the field in the request, for example "acquisition.pixel_size_nm"; empty when none is to blame.</param>
/// <param name="Actual">What the field held.</param>
/// <param name="Expected">What would be accepted.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Fault(string Code, string Field, string Actual, string Expected, string Remedy)
{
    /// <summary>The fault as a sentence.</summary>
    public override string ToString()
    {
        string what = Field.Length == 0 ? Code : Actual.Length == 0 ? $"{Field} ({Code})" : $"{Field} is {Actual}";
        string expected = Expected.Length == 0 ? string.Empty : $"; expected {Expected}";
        return Remedy.Length == 0 ? $"{what}{expected}." : $"{what}{expected}. {Remedy}";
    }
}
