using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>The method's numbers as a session sets them.</summary>
internal sealed record WienerSettings
{
    private static readonly (string Name, double Least, double Most, string What)[] Known =
    [
        ("rolling", 0, 1, "1: each frame updates the image; 0: each group does"),
        ("wiener", 1e-4, 1, "regularization; unset: by the light"),
        ("side_notch", 0, 1, "share of the shifted bands' centres that is left out"),
        ("centre_notch", 0, 1, "the same of the unshifted band: sections"),
        ("notch_width", 0.02, 1, "width of both as a share of the cutoff"),
        ("apodization_reach", 0.5, 1.2, "where the result's spectrum ends"),
        ("apodization_exponent", 0, 4, "how softly"),
        ("damping", 0.01, 1, "what the lens loses at its highest frequency, as a factor"),
        ("equalize", 0, 1, "1: frames are brought to one mean"),
        ("fringes", 0, 1, "1: sharp parasitic fringes are sought and left out"),
        ("recalibrate", 0, 1, "1: the pattern is estimated again when it drifts"),
    ];

    public bool Rolling { get; private init; } = true;

    /// <summary>Whether the regularization follows the light of the first group.</summary>
    public bool SuitsLight { get; private init; } = true;

    public WienerOptions Options { get; private init; } = new();

    public double Damping { get; private init; } = 1;

    public bool SeeksFringes { get; private init; } = true;

    public bool Recalibrates { get; private init; } = true;

    /// <summary>Reads them; what is unknown or outside its range is listed.</summary>
    public static WienerSettings Read(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem>? problems = null)
    {
        foreach ((string name, double value) in parameters)
        {
            (string Name, double Least, double Most, string What) known = Array.Find(Known, k => k.Name == name);
            if (known.Name is null)
            {
                problems?.Add(new SpecificationProblem(
                    "unknown-parameter", $"method.parameters.{name}", name, string.Join(", ", Known.Select(k => k.Name)), "Leave it out, or spell it as expected."));
            }
            else if (!(value >= known.Least && value <= known.Most))
            {
                problems?.Add(new SpecificationProblem(
                    "invalid-value", $"method.parameters.{name}", FormattableString.Invariant($"{value}"),
                    FormattableString.Invariant($"{known.Least} to {known.Most} ({known.What})"), "Give another value, or leave it out for the default."));
            }
        }

        double Get(string name, double otherwise) => parameters.TryGetValue(name, out double value) ? value : otherwise;
        bool Is(string name) => Get(name, 1) >= 0.5;
        var options = new WienerOptions();
        return new WienerSettings
        {
            Rolling = Is("rolling"),
            SuitsLight = !parameters.ContainsKey("wiener"),
            Damping = Get("damping", 1),
            SeeksFringes = Is("fringes"),
            Recalibrates = Is("recalibrate"),
            Options = options with
            {
                Wiener = Get("wiener", options.Wiener),
                SideNotch = Get("side_notch", options.SideNotch),
                CentreNotch = Get("centre_notch", options.CentreNotch),
                NotchWidth = Get("notch_width", options.NotchWidth),
                ApodizationReach = Get("apodization_reach", options.ApodizationReach),
                ApodizationExponent = Get("apodization_exponent", options.ApodizationExponent),
                EqualizeIntensity = Is("equalize"),
            },
        };
    }

    /// <summary>The lens with its losses.</summary>
    public OpticalTransfer Damp(OpticalTransfer ideal) =>
        Damping < 1 ? new OpticalTransfer(ideal.NumericalAperture, ideal.WavelengthNm, Damping) : ideal;
}
