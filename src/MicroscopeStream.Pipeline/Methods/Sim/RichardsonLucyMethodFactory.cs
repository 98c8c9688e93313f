using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Offers the method <c>richardson-lucy</c>: joint deconvolution of a group's frames, few of which will do.</summary>
/// <param name="time">Measures the cost at warm-up, and paces what runs beside streams.</param>
public sealed class RichardsonLucyMethodFactory(TimeProvider time) : SimMethodFactory(time)
{
    /// <summary>The method's id.</summary>
    public const string Id = "richardson-lucy";

    /// <inheritdoc/>
    public override MethodDescription Description { get; } = new()
    {
        Id = Id,
        Task = "sim",
        Title = "Structured illumination by Richardson-Lucy joint deconvolution: from whole groups or one phase of each angle, sharper and less noisy than wiener, and slower",
        TakesSimPattern = true,
    };

    private protected override ISimPlan Plan(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems) =>
        RichardsonLucySettings.Read(parameters, problems);

    private protected override SpecificationProblem? Misses(FrameOrder order) => order.FramesPerImage > 1
        ? null
        : new SpecificationProblem(
            "invalid-value", "acquisition.frame_order", order.Name, "at least two frames per image",
            "A pattern shows in what frames differ by: record one phase of each angle at least.");
}
