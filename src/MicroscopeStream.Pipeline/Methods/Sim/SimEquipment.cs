using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>What a method of structured illumination was made ready with for one session.</summary>
/// <param name="Imaging">Makes what makes images.</param>
/// <param name="Provider">What it runs on now.</param>
internal sealed record SimEquipment(SimImaging Imaging, Func<ProviderDecision> Provider)
{
    /// <summary>Which pattern images are made with, of an estimate. Default: its own, found or not.</summary>
    public Func<PatternEstimate, IlluminationPattern> Used { get; init; } = estimate => estimate.Pattern;

    /// <summary>Things to know that only preparing showed.</summary>
    public IReadOnlyList<Notice> Warnings { get; init; } = [];

    /// <summary>Bytes held beside imagers and groups.</summary>
    public long HeldBytes { get; init; }

    /// <summary>Whether results do not rest on photons.</summary>
    public bool IsScaleFree { get; init; } = true;

    /// <summary>Disposed with the method; null: nothing.</summary>
    public IDisposable? Owned { get; init; }
}
