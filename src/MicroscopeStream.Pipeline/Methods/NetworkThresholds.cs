using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Localizations.ReadOut;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>The read-out's thresholds: the model's own, overridden by the session's parameters of the same names.</summary>
internal static class NetworkThresholds
{
    /// <summary>Edge, px, of the square in which <see cref="EmitterReadOut"/> seeks maxima.</summary>
    private const int Neighbourhood = 3;

    private static readonly string[] Names = ["candidate_probability", "accept_probability", "split_probability"];

    /// <summary>A number that is stated and not followed would be worse than none.</summary>
    /// <exception cref="ArgumentException">The model asks for another read-out than there is; the message names what.</exception>
    public static void ThrowIfUnknown(ModelReadout? own)
    {
        if (own?.Neighbourhood is { } edge && edge != Neighbourhood)
        {
            throw new ArgumentException(
                $"readout.neighbourhood is {edge}; maxima are sought in squares of {Neighbourhood} px only. State {Neighbourhood}, or leave it out.");
        }

        if (own?.Further?.Keys.FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(
                $"readout.{unknown} is no number that the read-out knows; it takes {string.Join(", ", Names)} and neighbourhood. Leave it out.");
        }
    }

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
