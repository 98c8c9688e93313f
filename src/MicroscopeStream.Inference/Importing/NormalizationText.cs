using System.Globalization;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Importing;

/// <summary>Normalizations as short words: <c>photons</c>, <c>anscombe</c>, <c>percentile:3,99.8</c>, <c>min-max</c>, <c>mean-std</c>, <c>constants:OFFSET,SCALE</c>; <c>/stack</c> behind one takes its numbers over the window.</summary>
public static class NormalizationText
{
    /// <summary>What can be written, for messages.</summary>
    public const string Expected = "photons, anscombe, percentile:LOW,HIGH, min-max, mean-std or constants:OFFSET,SCALE, with /stack behind it to take the numbers over all frames of a window";

    /// <summary>Reads words; null: they are none.</summary>
    public static ModelNormalization? Parse(string text)
    {
        bool stack = text.EndsWith("/stack", StringComparison.OrdinalIgnoreCase);
        string[] parts = (stack ? text[..^6] : text).Split(':', 2);
        double[]? numbers = parts.Length == 1 ? [] : Numbers(parts[1]);
        NormalizationScope scope = stack ? NormalizationScope.Stack : NormalizationScope.Frame;
        return (parts[0].ToLowerInvariant(), numbers) switch
        {
            ("photons", []) when !stack => new ModelNormalization { Kind = NormalizationKind.Photons },
            ("anscombe", []) when !stack => new ModelNormalization { Kind = NormalizationKind.Anscombe },
            ("constants", [double offset, double scale]) when !stack && scale != 0 =>
                new ModelNormalization { Kind = NormalizationKind.Constants, Offset = offset, Scale = scale },
            ("percentile", [double low, double high]) when low >= 0 && low < high && high <= 100 =>
                new ModelNormalization { Kind = NormalizationKind.Percentile, Scope = scope, Low = low, High = high },
            ("min-max", []) => new ModelNormalization { Kind = NormalizationKind.MinMax, Scope = scope },
            ("mean-std", []) => new ModelNormalization { Kind = NormalizationKind.MeanStd, Scope = scope },
            _ => null,
        };
    }

    /// <summary>Writes words that <see cref="Parse"/> reads.</summary>
    public static string Of(ModelNormalization said)
    {
        string text = said.Kind switch
        {
            NormalizationKind.Percentile => string.Create(CultureInfo.InvariantCulture, $"percentile:{said.Low},{said.High}"),
            NormalizationKind.Constants => string.Create(CultureInfo.InvariantCulture, $"constants:{said.Offset},{said.Scale}"),
            NormalizationKind.MinMax => "min-max",
            NormalizationKind.MeanStd => "mean-std",
            NormalizationKind.Anscombe => "anscombe",
            _ => "photons",
        };
        return said.Scope == NormalizationScope.Stack ? text + "/stack" : text;
    }

    private static double[]? Numbers(string text)
    {
        string[] parts = text.Split(',');
        double[] values = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !double.IsFinite(values[i]))
            {
                return null;
            }
        }

        return values;
    }
}
