using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MicroscopeStream.Cli.Commands;

/// <summary>Options that take numbers, in the invariant culture, with their range in the message.</summary>
internal static class Numbers
{
    internal static Option<double?> Real(string name, string help, double minimum, bool exclusive = false, string unit = "NM")
    {
        string expected = exclusive ? $"a number > {Text(minimum)}" : $"a number ≥ {Text(minimum)}";
        return new Option<double?>(name)
        {
            Description = help,
            HelpName = unit,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                    && (exclusive ? value > minimum : value >= minimum))
                {
                    return value;
                }

                result.AddError($"{name} is '{text}'; expected {expected}.");
                return null;
            },
        };
    }

    /// <summary>An option that takes two numbers, the smaller first, with a colon between.</summary>
    internal static Option<(double Min, double Max)?> Range(string name, string help, string unit = "NM:NM") => new(name)
    {
        Description = help,
        HelpName = unit,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            string[] parts = text.Split(':');
            if (parts.Length == 2
                && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double low) && double.IsFinite(low)
                && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double high) && double.IsFinite(high)
                && low < high)
            {
                return (low, high);
            }

            result.AddError($"{name} is '{text}'; expected two numbers, the smaller first, for example -500:500.");
            return null;
        },
    };

    internal static Option<int?> Whole(string name, string help, int minimum, string unit = "N") => new(name)
    {
        Description = help,
        HelpName = unit,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value >= minimum)
            {
                return value;
            }

            result.AddError($"{name} is '{text}'; expected a whole number ≥ {minimum}.");
            return null;
        },
    };

    /// <summary>An option that takes one of a few words; null when it is not given, so that the help says the default once, in the words.</summary>
    internal static Option<T?> Choice<T>(string name, string help, params (string Word, T Value)[] choices)
        where T : struct, Enum
    {
        string expected = string.Join(", ", choices.Select(c => c.Word));
        var option = new Option<T?>(name)
        {
            Description = help,
            HelpName = string.Join('|', choices.Select(c => c.Word)),
            CustomParser = result => Parse(result),
        };
        option.CompletionSources.Add([.. choices.Select(c => c.Word)]);
        return option;

        T? Parse(ArgumentResult result)
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            foreach ((string word, T value) in choices)
            {
                if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }

            result.AddError($"{name} is '{text}'; expected one of {expected}.");
            return null;
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
