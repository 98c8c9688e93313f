using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>The method's numbers as a session sets them.</summary>
internal sealed record WienerSettings : ISimPlan
{
    private static readonly SimParameter[] Known =
    [
        new("rolling", 0, 1, "1: each frame updates the image; 0: each group does"),
        new("wiener", 1e-4, 1, "regularization; unset: by the light"),
        new("side_notch", 0, 1, "share of the shifted bands' centres that is left out"),
        new("centre_notch", 0, 1, "the same of the unshifted band: sections"),
        new("notch_width", 0.02, 1, "width of both as a share of the cutoff"),
        new("apodization_reach", 0.5, 1.2, "where the result's spectrum ends"),
        new("apodization_exponent", 0, 4, "how softly"),
        new("damping", 0.01, 1, "what the lens loses at its highest frequency, as a factor"),
        new("equalize", 0, 1, "1: frames are brought to one mean"),
        new("fringes", 0, 1, "1: sharp parasitic fringes are sought and left out"),
        new("recalibrate", 0, 1, "1: the pattern is estimated again when it drifts"),
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
        SimParameters.Check(parameters, Known, problems);
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

    /// <inheritdoc/>
    public PixelGrid OutputOf(SimAcquisition acquisition) => acquisition.Result;

    /// <inheritdoc/>
    public SimImaging Imaging(SimAcquisition acquisition, WorkCrew? crew) => WienerImager.For(acquisition, this, crew);

    /// <inheritdoc/>
    public long HeldBytes(SimAcquisition acquisition)
    {
        const int planesPerFrame = 4;
        return sizeof(float) * (long)acquisition.Frame.PixelCount * acquisition.Order.FramesPerImage * planesPerFrame;
    }
}
