using MicroscopeStream.Contract.V1;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;
using MicroscopeStream.Pipeline.Processing;
using LocalizationFilter = MicroscopeStream.Localizations.Filters.LocalizationFilter;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Reads what is asked for the localizations into the pipeline's terms.</summary>
internal static class ProcessingRequests
{
    /// <summary>Translates; <paramref name="fault"/> gets field, actual value and what was expected of what cannot be said in them.</summary>
    public static ProcessingOptions Translate(LocalizationProcessing? asked, Action<string, object, string> fault)
    {
        if (asked is null)
        {
            return new ProcessingOptions();
        }

        if (asked.Drift is < DriftCorrection.Unspecified or > DriftCorrection.None)
        {
            fault("processing.drift", (int)asked.Drift, "DRIFT_CORRECTION_AUTO (1) or DRIFT_CORRECTION_NONE (2)");
        }

        return new ProcessingOptions
        {
            Filter = Filter(asked.Filter, fault),
            Linking = asked.Linking is null ? null : Linking(asked.Linking),
            CorrectDrift = asked.Drift != DriftCorrection.None,
            EstimateResolution = !asked.HasResolution || asked.Resolution,
            SliceFrames = (int)Math.Min(asked.SliceFrames, int.MaxValue),
            MostLocalizations = (int)Math.Min(asked.MostLocalizations, int.MaxValue),
        };
    }

    private static LocalizationFilter Filter(Contract.V1.LocalizationFilter? asked, Action<string, object, string> fault)
    {
        if (asked is null)
        {
            return LocalizationFilter.None;
        }

        return new LocalizationFilter
        {
            MaximumUncertaintyNm = asked.HasMaxUncertaintyNm ? asked.MaxUncertaintyNm : null,
            MaximumAxialUncertaintyNm = asked.HasMaxAxialUncertaintyNm ? asked.MaxAxialUncertaintyNm : null,
            MinimumProbability = asked.HasMinProbability ? asked.MinProbability : null,
            Photons = Range("photons", asked.HasMinPhotons, asked.MinPhotons, asked.HasMaxPhotons, asked.MaxPhotons),
            PsfSigmaNm = Range("psf_sigma_nm", asked.HasMinPsfSigmaNm, asked.MinPsfSigmaNm, asked.HasMaxPsfSigmaNm, asked.MaxPsfSigmaNm),
            ZNm = Range("z_nm", asked.HasMinZNm, asked.MinZNm, asked.HasMaxZNm, asked.MaxZNm),
        };

        ValueRange? Range(string name, bool hasLeast, double least, bool hasMost, double most)
        {
            if (!hasLeast && !hasMost)
            {
                return null;
            }

            (least, most) = (hasLeast ? least : double.NegativeInfinity, hasMost ? most : double.PositiveInfinity);
            if (least <= most)
            {
                return new ValueRange(least, most);
            }

            fault($"processing.filter.min_{name}", least, FormattableString.Invariant($"a number up to max_{name}, {most}"));
            return null;
        }
    }

    private static LinkingOptions Linking(Linking asked)
    {
        var defaults = new LinkingOptions();
        return defaults with
        {
            FixedRadiusNm = asked.RadiusNm == 0 ? null : asked.RadiusNm,
            MaximumRadiusNm = asked.MaxRadiusNm == 0 ? Math.Max(defaults.MaximumRadiusNm, asked.RadiusNm) : asked.MaxRadiusNm,
            DarkFrames = asked.HasDarkFrames ? (int)Math.Min(asked.DarkFrames, int.MaxValue) : defaults.DarkFrames,
        };
    }
}
