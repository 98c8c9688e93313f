using System.CommandLine;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;
using LocalizationFilter = MicroscopeStream.Localizations.Filters.LocalizationFilter;

namespace MicroscopeStream.Cli.Commands;

/// <summary>What is asked for the localizations by <c>--drift</c>, <c>--filter</c> and <c>--link</c>, for the service and for this program.</summary>
internal sealed record ProcessingChoices(DriftCorrection Drift, IReadOnlyDictionary<string, double> Conditions, LinkingOptions? Linking)
{
    internal static IReadOnlyList<string> FilterNames { get; } =
        ["max-uncertainty", "min-photons", "max-photons", "min-psf-sigma", "max-psf-sigma", "min-probability"];

    /// <summary>The conditions as this program applies them.</summary>
    internal LocalizationFilter Filter => new()
    {
        MaximumUncertaintyNm = Value("max-uncertainty"),
        MinimumProbability = Value("min-probability"),
        Photons = Range("photons"),
        PsfSigmaNm = Range("psf-sigma"),
    };

    /// <exception cref="CommandException">Two conditions leave nothing.</exception>
    internal static ProcessingChoices Of(ParseResult parsed)
    {
        var conditions = new Dictionary<string, double>(parsed.GetValue(StreamOptions.Filter) ?? []);
        bool link = parsed.GetValue(StreamOptions.Link) || parsed.GetValue(StreamOptions.LinkRadius) is not null;
        var linking = new LinkingOptions();
        double? radius = parsed.GetValue(StreamOptions.LinkRadius);
        var choices = new ProcessingChoices(
            parsed.GetValue(StreamOptions.Drift) ?? DriftCorrection.Auto,
            conditions,
            !link ? null : linking with
            {
                FixedRadiusNm = radius,
                MaximumRadiusNm = Math.Max(linking.MaximumRadiusNm, radius ?? 0),
                DarkFrames = parsed.GetValue(StreamOptions.DarkFrames) ?? linking.DarkFrames,
            });
        _ = choices.Filter;
        return choices;
    }

    /// <summary>The same for the service.</summary>
    internal LocalizationProcessing ToContract()
    {
        var processing = new LocalizationProcessing { Drift = Drift };
        if (Conditions.Count > 0)
        {
            var filter = new Contract.V1.LocalizationFilter();
            Set("max-uncertainty", value => filter.MaxUncertaintyNm = value);
            Set("min-photons", value => filter.MinPhotons = value);
            Set("max-photons", value => filter.MaxPhotons = value);
            Set("min-psf-sigma", value => filter.MinPsfSigmaNm = value);
            Set("max-psf-sigma", value => filter.MaxPsfSigmaNm = value);
            Set("min-probability", value => filter.MinProbability = value);
            processing.Filter = filter;
        }

        if (Linking is not null)
        {
            processing.Linking = new Linking { RadiusNm = Linking.FixedRadiusNm ?? 0, MaxRadiusNm = Linking.MaximumRadiusNm, DarkFrames = (uint)Linking.DarkFrames };
        }

        return processing;

        void Set(string name, Action<double> set)
        {
            if (Value(name) is { } value)
            {
                set(value);
            }
        }
    }

    private double? Value(string name) => Conditions.TryGetValue(name, out double value) ? value : null;

    private ValueRange? Range(string name)
    {
        (double? least, double? most) = (Value("min-" + name), Value("max-" + name));
        if (least is null && most is null)
        {
            return null;
        }

        (double from, double to) = (least ?? double.NegativeInfinity, most ?? double.PositiveInfinity);
        return from <= to
            ? new ValueRange(from, to)
            : throw new CommandException(ExitCodes.Usage, $"--filter min-{name}={from} and max-{name}={to} leave nothing.");
    }
}
