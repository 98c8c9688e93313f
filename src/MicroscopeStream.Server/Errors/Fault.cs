namespace MicroscopeStream.Server.Errors;

/// <summary>One fault as <c>ErrorDetail</c> carries it.</summary>
/// <param name="Code">Stable name for programs, one of <see cref="FaultCodes"/> or a code of the pipeline.</param>
/// <param name="Field">Path of the field in the request; empty: none is to blame.</param>
/// <param name="Actual">What it held.</param>
/// <param name="Expected">What would be accepted.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Fault(string Code, string Field, string Actual, string Expected, string Remedy);

/// <summary>Stable names of faults that the service itself finds.</summary>
internal static class FaultCodes
{
    public const string InvalidValue = "invalid-value";
    public const string UnknownMethod = "unknown-method";
    public const string NoStart = "no-start";
    public const string SecondStart = "second-start";
    public const string EmptyMessage = "empty-message";
    public const string ShuttingDown = "shutting-down";
    public const string NoToken = "no-token";
    public const string NoScope = "no-scope";
    public const string Internal = "internal";
}
