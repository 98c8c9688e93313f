using MicroscopeStream.StructuredIllumination.Reconstruction;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Optical sections by demodulation.</summary>
internal sealed class SectioningImager(SectioningReconstructor reconstructor) : ISimImager
{
    /// <inheritdoc/>
    public ResultTransfer? Made => null;

    /// <inheritdoc/>
    public bool IsComplete => reconstructor.IsComplete;

    /// <inheritdoc/>
    public void Reset() => reconstructor.Reset();

    /// <inheritdoc/>
    public void Add(int place, ReadOnlySpan<float> frame) => reconstructor.Add(place, frame);

    /// <inheritdoc/>
    public ValueTask RenderAsync(float[] image, ReconstructionUpdate? update, CancellationToken cancellationToken)
    {
        reconstructor.Render(image);
        return ValueTask.CompletedTask;
    }
}
