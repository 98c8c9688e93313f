using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// States what a method is, needs and costs, and makes it ready for one session, so that Open can plan and refuse before
/// the first frame. Network-backed and classical methods look the same from here.
/// </summary>
/// <remarks>Thread-safe: sessions open in parallel.</remarks>
public interface IMethodFactory
{
    /// <summary>What the method is and needs.</summary>
    MethodDescription Description { get; }

    /// <summary>The same for one acquisition, whose frame order may decide how many frames a result needs. Default: <see cref="Description"/>.</summary>
    /// <param name="specification">A specification that <see cref="Check"/> found nothing against.</param>
    MethodDescription Describe(SessionSpecification specification) => Description;

    /// <summary>What makes the session impossible for this method: a frame size it cannot take, an unknown parameter. Empty: nothing.</summary>
    /// <param name="specification">A specification whose own <see cref="SessionSpecification.Validate"/> found nothing.</param>
    IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification);

    /// <summary>What is outside the domain that the method was made for, in plain words: the session opens, and says so.</summary>
    /// <param name="specification">A specification without problems.</param>
    IReadOnlyList<Notice> Warn(SessionSpecification specification);

    /// <summary>Makes the method ready: loads, warms up every shape, and measures its cost on this machine.</summary>
    /// <param name="specification">A specification without problems.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SessionRefusedException">This machine cannot run it, for example because the provider asked for does not load.</exception>
    ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken);
}

/// <summary>A method that is warm and belongs to one session.</summary>
/// <param name="Reconstruction">The method; the session disposes it.</param>
/// <param name="Provider">What it runs on.</param>
/// <param name="ExpectedMsPerFrame">Compute time per frame measured at warm-up, ms; 0 when too small to measure.</param>
public sealed record PreparedMethod(IReconstruction Reconstruction, ProviderDecision Provider, double ExpectedMsPerFrame)
{
    /// <summary>Grid of the image the method itself makes; null: localizations are rendered on the preview's grid.</summary>
    public PixelGrid? Output { get; init; }

    /// <summary>Things to know that only preparing showed, for example a provider that fell back.</summary>
    public IReadOnlyList<Notice> Warnings { get; init; } = [];

    /// <summary>Bytes that the method holds for the session: windows, features, maps. They count toward the service's limit.</summary>
    public long HeldBytes { get; init; }

    /// <summary>
    /// Whether results do not rest on photons, the method reading the noise off the frames: a camera that had to be estimated is then no
    /// reason for distrust. Default false.
    /// </summary>
    public bool IsScaleFree { get; init; }

    /// <summary>What the session's results are checked against while they come; null: nothing is known.</summary>
    public MethodDomain? Domain { get; init; }
}

/// <summary>Ranges that a method was made for, checked on the running results. Closed intervals; null: not stated.</summary>
public sealed record MethodDomain
{
    /// <summary>Photons of an emitter in a frame.</summary>
    public (double Minimum, double Maximum)? Photons { get; init; }

    /// <summary>Background, photons per camera pixel.</summary>
    public (double Minimum, double Maximum)? BackgroundPhotons { get; init; }

    /// <summary>Emitters per frame and area, 1/µm².</summary>
    public (double Minimum, double Maximum)? DensityPerUm2 { get; init; }
}
