using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>What methods say alike of a session's numbers.</summary>
internal static class MethodParameters
{
    /// <summary>A problem for every number given to a method that has none.</summary>
    public static IEnumerable<SpecificationProblem> None(SessionSpecification specification) => specification.Method.Parameters.Keys.Select(
        name => new SpecificationProblem("unknown-parameter", $"method.parameters.{name}", name, "no parameters", "Leave it out: this method has none."));
}
