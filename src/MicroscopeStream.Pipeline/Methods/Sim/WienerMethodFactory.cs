using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Offers the method <c>wiener</c>: classical structured illumination, rolling or by groups.</summary>
/// <param name="time">Measures the cost at warm-up, and paces what runs beside streams.</param>
public sealed class WienerMethodFactory(TimeProvider time) : SimMethodFactory(time)
{
    /// <summary>The method's id.</summary>
    public const string Id = "wiener";

    /// <inheritdoc/>
    public override MethodDescription Description { get; } = new()
    {
        Id = Id,
        Task = "sim",
        Title = "Structured illumination by the generalized Wiener filter: pattern from the frames, each new frame updates the image, judged while it runs",
        TakesSimPattern = true,
    };

    private protected override ISimPlan Plan(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems) =>
        WienerSettings.Read(parameters, problems);
}
