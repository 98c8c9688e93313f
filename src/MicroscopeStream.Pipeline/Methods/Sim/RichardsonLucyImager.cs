using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Reconstruction;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Images by Richardson–Lucy joint deconvolution.</summary>
internal sealed class RichardsonLucyImager(RichardsonLucyReconstructor reconstructor) : ISimImager
{
    /// <inheritdoc/>
    public ResultTransfer? Made => ResultTransfer.Whole;

    /// <inheritdoc/>
    public bool IsComplete => reconstructor.IsComplete;

    /// <summary>Makes them for patterns: iterations by the light of a group.</summary>
    /// <param name="acquisition">Lens and grids.</param>
    /// <param name="settings">The session's numbers.</param>
    /// <param name="crew">Who works on results; null: the caller alone.</param>
    /// <param name="places">Which frames of a group take part; null: all.</param>
    public static SimImaging For(SimAcquisition acquisition, RichardsonLucySettings settings, WorkCrew? crew, IReadOnlyList<int>? places = null) => (pattern, frames, known) =>
    {
        RichardsonLucyOptions options = settings.Options;
        if (settings.SuitsLight)
        {
            NoiseModel noise = known ?? NoiseModel.Estimate(acquisition.Frame, frames, acquisition.Transfer) ?? NoiseModel.OfPhotons(0);
            options = options.SuitedTo(frames, acquisition.Frame.PixelCount, noise);
        }

        return new RichardsonLucyImager(new RichardsonLucyReconstructor(acquisition.Frame, pattern, acquisition.Transfer, options, crew, places));
    };

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
