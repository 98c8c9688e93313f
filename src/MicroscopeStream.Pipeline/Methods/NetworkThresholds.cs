using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Localizations.ReadOut;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>The read-out's thresholds: the model's own, overridden by the session's parameters of the same names.</summary>
internal static class NetworkThresholds
{
    private static readonly string[] Names = ["candidate_probability", "accept_probability", "split_probability"];

    public static IEnumerable<SpecificationProblem> Check(ModelReadout? own, IReadOnlyDictionary<string, double> parameters)
    {
        foreach (string name in parameters.Keys.Except(Names))
        {
            yield return new SpecificationProblem(
                "unknown-parameter", $"method.parameters.{name}", name, string.Join(", ", Names), "Correct the name, or leave it out.");
        }

        string? fault = null, field = null;
        try
        {
            Of(own, parameters).ThrowIfInvalid();
        }
        catch (ArgumentOutOfRangeException invalid)
        {
            (fault, field) = (invalid.Message.Split('\n')[0], invalid.ParamName);
        }

        if (fault is not null)
        {
            yield return new SpecificationProblem(
                "invalid-value", $"method.parameters.{field}", parameters.TryGetValue(field ?? string.Empty, out double value) ? FormattableString.Invariant($"{value}") : "unset",
                fault, "Correct it, or leave it out to use the model's own.");
        }
    }

    public static ReadOutThresholds Of(ModelReadout? own, IReadOnlyDictionary<string, double> parameters)
    {
        var otherwise = new ReadOutThresholds();
        return new ReadOutThresholds
        {
            CandidateProbability = Value(Names[0], own?.CandidateProbability, otherwise.CandidateProbability),
            AcceptProbability = Value(Names[1], own?.AcceptProbability, otherwise.AcceptProbability),
            SplitProbability = Value(Names[2], own?.SplitProbability, otherwise.SplitProbability),
        };

        float Value(string name, double? model, float usual) => parameters.TryGetValue(name, out double set) ? (float)set : (float)(model ?? usual);
    }
}
