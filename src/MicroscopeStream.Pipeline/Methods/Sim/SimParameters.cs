using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>A number that a session can set for a method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Least">Smallest value.</param>
/// <param name="Most">Largest value.</param>
/// <param name="What">What it does, in a few words.</param>
internal sealed record SimParameter(string Name, double Least, double Most, string What);

/// <summary>Checks what sessions set.</summary>
internal static class SimParameters
{
    /// <summary>Lists what is unknown or outside its range.</summary>
    public static void Check(IReadOnlyDictionary<string, double> parameters, SimParameter[] known, ICollection<SpecificationProblem>? problems)
    {
        foreach ((string name, double value) in parameters)
        {
            if (Array.Find(known, k => k.Name == name) is not { } parameter)
            {
                problems?.Add(new SpecificationProblem(
                    "unknown-parameter", $"method.parameters.{name}", name, string.Join(", ", known.Select(k => k.Name)), "Leave it out, or spell it as expected."));
            }
            else if (!(value >= parameter.Least && value <= parameter.Most))
            {
                problems?.Add(new SpecificationProblem(
                    "invalid-value", $"method.parameters.{name}", FormattableString.Invariant($"{value}"),
                    FormattableString.Invariant($"{parameter.Least} to {parameter.Most} ({parameter.What})"), "Give another value, or leave it out for the default."));
            }
        }
    }
}
