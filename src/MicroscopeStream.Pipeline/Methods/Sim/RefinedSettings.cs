using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>The numbers that a session sets for a network that refines reconstructions.</summary>
/// <param name="reconstruction">The plan of what it refines, with that method's defaults.</param>
internal sealed class RefinedSettings(ISimPlan reconstruction) : ISimPlan
{
    private static readonly SimParameter[] Known =
    [
        new("rolling", 0, 1, "1: each frame updates the image; 0 (default): each group does"),
        new("damping", 0.01, 1, "what the lens loses at its highest frequency, as a factor"),
        new("recalibrate", 0, 1, "1 (default): the pattern is estimated again when it drifts"),
    ];

    /// <inheritdoc/>
    public bool Rolling { get; private init; }

    /// <inheritdoc/>
    public bool Recalibrates { get; private init; } = true;

    /// <inheritdoc/>
    public double Damping { get; private init; } = 1;

    /// <summary>Reads them; what is unknown or outside its range is listed.</summary>
    public static RefinedSettings Read(ISimPlan reconstruction, IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems)
    {
        SimParameters.Check(parameters, Known, problems);
        return new RefinedSettings(reconstruction)
        {
            Rolling = parameters.GetValueOrDefault("rolling") >= 0.5,
            Damping = parameters.GetValueOrDefault("damping", 1),
            Recalibrates = parameters.GetValueOrDefault("recalibrate", 1) >= 0.5,
        };
    }

    /// <inheritdoc/>
    public PixelGrid OutputOf(SimAcquisition acquisition) => acquisition.Result;

    /// <summary>What makes the reconstructions.</summary>
    public SimImaging Imaging(SimAcquisition acquisition, WorkCrew? crew) => reconstruction.Imaging(acquisition, crew);

    /// <inheritdoc/>
    public long HeldBytes(SimAcquisition acquisition) => reconstruction.HeldBytes(acquisition) + RefiningImager.HeldBytes(acquisition);
}
