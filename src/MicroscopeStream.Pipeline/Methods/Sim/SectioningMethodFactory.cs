using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Offers the method <c>os-sim</c>: optical sections by demodulation, on the camera's own grid.</summary>
/// <param name="time">Measures the cost at warm-up, and paces what runs beside streams.</param>
public sealed class SectioningMethodFactory(TimeProvider time) : SimMethodFactory(time)
{
    /// <summary>The method's id.</summary>
    public const string Id = "os-sim";

    /// <inheritdoc/>
    public override MethodDescription Description { get; } = new()
    {
        Id = Id,
        Task = "sim",
        Title = "Optical sections by structured illumination: what follows the pattern stays, light from out of focus goes; resolution and pixels remain the camera's",
        TakesSimPattern = true,
    };

    private protected override ISimPlan Plan(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems) =>
        Settings.Read(parameters, problems);

    private sealed record Settings : ISimPlan
    {
        private static readonly SimParameter[] Known =
        [
            new("rolling", 0, 1, "1: each frame updates the image; 0: each group does"),
            new("recalibrate", 0, 1, "1: the pattern is estimated again when it drifts"),
        ];

        public bool Rolling { get; private init; }

        public bool Recalibrates { get; private init; }

        public double Damping => 1;

        public static Settings Read(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems)
        {
            SimParameters.Check(parameters, Known, problems);
            bool Is(string name) => !parameters.TryGetValue(name, out double value) || value >= 0.5;
            return new Settings { Rolling = Is("rolling"), Recalibrates = Is("recalibrate") };
        }

        public PixelGrid OutputOf(SimAcquisition acquisition) => acquisition.Frame;

        public SimImaging Imaging(SimAcquisition acquisition, WorkCrew? crew) =>
            (pattern, _, _) => new SectioningImager(new SectioningReconstructor(acquisition.Frame, pattern));

        public long HeldBytes(SimAcquisition acquisition) => sizeof(float) * (long)acquisition.Frame.PixelCount * (acquisition.Order.FramesPerImage + 2);
    }
}
