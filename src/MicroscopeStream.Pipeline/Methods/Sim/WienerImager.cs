using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Reconstruction;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Images by the generalized Wiener filter.</summary>
internal sealed class WienerImager(WienerReconstructor reconstructor, WienerOptions options) : ISimImager
{
    /// <inheritdoc/>
    public ResultTransfer? Made { get; } = ResultTransfer.Of(options);

    /// <inheritdoc/>
    public bool IsComplete => reconstructor.IsComplete;

    /// <summary>Makes them for patterns: regularization by the light of a group, fringes found in a first result.</summary>
    /// <param name="acquisition">Lens and grids.</param>
    /// <param name="settings">The session's numbers.</param>
    /// <param name="crew">Who works on results; null: the caller alone.</param>
    public static SimImaging For(SimAcquisition acquisition, WienerSettings settings, WorkCrew? crew) => (pattern, frames, known) =>
    {
        WienerOptions options = settings.Options;
        if (settings.SuitsLight)
        {
            NoiseModel noise = known ?? NoiseModel.Estimate(acquisition.Frame, frames, acquisition.Transfer) ?? NoiseModel.OfPhotons(0);
            options = options.SuitedTo(frames, acquisition.Frame.PixelCount, noise);
        }

        if (settings.SeeksFringes)
        {
            var first = new WienerReconstructor(acquisition.Frame, pattern, acquisition.Transfer, options);
            var image = new float[first.ResultGrid.PixelCount];
            first.Reconstruct(frames, image);
            options = options with
            {
                Lines = FringeFinder.Find(image, first.ResultGrid, 0.95 * acquisition.Transfer.CutoffPerUm, 0.93 * first.LimitPerUm),
            };
        }

        return new WienerImager(new WienerReconstructor(acquisition.Frame, pattern, acquisition.Transfer, options, crew), options);
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
