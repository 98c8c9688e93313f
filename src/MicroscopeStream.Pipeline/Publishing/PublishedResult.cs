using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>A result on its way out, or a window that gave none.</summary>
/// <param name="Window">The window: its frames go back to the pool after publishing.</param>
/// <param name="Batch">The localizations; null when dropped.</param>
/// <param name="Trust">The method's own verdict.</param>
/// <param name="MeanBackground">Mean background, photons per camera pixel; NaN: not said.</param>
/// <param name="ReconstructNs">Assembled until reconstructed.</param>
/// <param name="ReconstructedTimestamp">The service's clock when it was reconstructed.</param>
/// <param name="Cause">Why there is no result; null when there is.</param>
/// <param name="TrustConcludes">Whether the verdict stands for what came before too, instead of adding to it.</param>
internal readonly record struct PublishedResult(
    AssembledWindow Window,
    LocalizationBatch? Batch,
    TrustReport Trust,
    float MeanBackground,
    long ReconstructNs,
    long ReconstructedTimestamp,
    DropCause? Cause,
    bool TrustConcludes = false)
{
    public static PublishedResult Dropped(AssembledWindow window, DropCause cause) =>
        new(window, null, TrustReport.Good, float.NaN, 0, 0, cause);
}
