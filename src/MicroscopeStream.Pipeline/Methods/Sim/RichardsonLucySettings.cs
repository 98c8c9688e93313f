using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>The numbers of the method <c>richardson-lucy</c> as a session sets them.</summary>
internal sealed record RichardsonLucySettings : ISimPlan
{
    private static readonly SimParameter[] Known =
    [
        new("iterations", 1, RichardsonLucyOptions.MostIterations, "more: finer detail and more noise; unset: by the light, 4 to 12"),
        new("background", 0, 1e6, "photons per pixel and frame that no pattern modulates"),
        new("accelerated", 0, 1, "1: steps are prolonged along the ones before them"),
        new("first_phases", 0, 1, "1: of each angle the first phase alone makes the image"),
        new("rolling", 0, 1, "1: each frame updates the image; 0: each group does"),
        new("damping", 0.01, 1, "what the lens loses at its highest frequency, as a factor"),
        new("equalize", 0, 1, "1: frames are brought to one mean"),
        new("recalibrate", 0, 1, "1: the pattern is estimated again when it drifts"),
    ];

    /// <inheritdoc/>
    public bool Rolling { get; private init; }

    /// <inheritdoc/>
    public bool Recalibrates { get; private init; } = true;

    /// <inheritdoc/>
    public double Damping { get; private init; } = 1;

    /// <summary>Whether the iterations follow the light of the first group.</summary>
    public bool SuitsLight { get; private init; } = true;

    /// <summary>Whether only the first phase of each angle makes the image.</summary>
    public bool FirstPhases { get; private init; }

    public RichardsonLucyOptions Options { get; private init; } = new();

    /// <summary>Reads them; what is unknown or outside its range is listed.</summary>
    public static RichardsonLucySettings Read(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem>? problems = null)
    {
        SimParameters.Check(parameters, Known, problems);
        double Get(string name, double otherwise) => parameters.TryGetValue(name, out double value) ? value : otherwise;
        var options = new RichardsonLucyOptions();
        return new RichardsonLucySettings
        {
            Rolling = Get("rolling", 0) >= 0.5,
            Recalibrates = Get("recalibrate", 1) >= 0.5,
            Damping = Get("damping", 1),
            SuitsLight = !parameters.ContainsKey("iterations"),
            FirstPhases = Get("first_phases", 0) >= 0.5,
            Options = options with
            {
                Iterations = (int)Math.Round(Get("iterations", options.Iterations)),
                Background = Get("background", 0),
                Accelerated = Get("accelerated", 1) >= 0.5,
                EqualizeIntensity = Get("equalize", 1) >= 0.5,
            },
        };
    }

    /// <inheritdoc/>
    public PixelGrid OutputOf(SimAcquisition acquisition) => acquisition.Result;

    /// <inheritdoc/>
    public SimImaging Imaging(SimAcquisition acquisition, WorkCrew? crew) => RichardsonLucyImager.For(
        acquisition, this, crew, FirstPhases ? [.. Enumerable.Range(0, acquisition.Order.Angles).Select(angle => acquisition.Order.IndexOf(new FrameRole(angle, 0, 0)))] : null);

    /// <inheritdoc/>
    public long HeldBytes(SimAcquisition acquisition)
    {
        // Planes on the fine grid: image, sum, inverse, what is lit, three of the acceleration and three of spectra; and the frames.
        const int finePlanes = 4 * 10;
        return sizeof(float) * (long)acquisition.Frame.PixelCount * (finePlanes + acquisition.Order.FramesPerImage);
    }
}
