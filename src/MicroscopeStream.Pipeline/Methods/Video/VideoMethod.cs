using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Video;
using MicroscopeStream.Video.Densities;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>Localizes with another method and makes video of what it finds. The localizations are published as that method's own.</summary>
internal sealed class VideoMethod : IReconstruction
{
    private readonly IReconstruction _localizer;
    private readonly IVideoDensity _density;
    private readonly VideoReconstructor _video;
    private readonly VideoPicturePool _pool = new();
    private readonly SuperResolvedImage _image;
    private readonly SuperResolvedImage? _change;
    private readonly SuperResolvedImage? _refined;
    private ReconstructionUpdate? _update;
    private TrustReport _trust = TrustReport.Good;
    private string _told = string.Empty;

    /// <param name="localizer">Finds the localizations; disposed with this.</param>
    /// <param name="camera">The camera's grid.</param>
    /// <param name="options">Slices, grid, gaps.</param>
    /// <param name="density">Makes the densities; disposed with this.</param>
    public VideoMethod(IReconstruction localizer, PixelGrid camera, VideoOptions options, IVideoDensity density)
    {
        (_localizer, _density) = (localizer, density);
        _video = new VideoReconstructor(camera, options, density, Take);
        _image = new SuperResolvedImage(_video.Grid);
        _change = density.LookAhead > 0 ? new SuperResolvedImage(_video.Grid) : null;
        _refined = density.LookAhead > 0 ? new SuperResolvedImage(_video.Grid) : null;
        _told = Provider.Used;
    }

    /// <inheritdoc/>
    public ProviderDecision Provider => _density is NetworkDensity network ? ProviderDecision.From(network.Network.Provider) : _localizer.Provider;

    /// <summary>Bytes that the video holds; the localizer's are its own.</summary>
    public long HeldBytes => _video.HeldBytes + ((_change is null ? 1L : 3L) * _video.Grid.PixelCount * sizeof(float));

    /// <inheritdoc/>
    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        await _localizer.ReconstructAsync(input, update, cancellationToken).ConfigureAwait(false);
        _update = update;
        try
        {
            await _video.AddAsync(input.Sequence, update.Localizations, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _update = null;
            TellProvider(update);
        }

        // Between two slices the verdict on the last one stands.
        foreach (string reason in _trust.Reasons)
        {
            update.Trust = update.Trust.With(_trust.Level, reason);
        }
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        await _localizer.FinishAsync(update, cancellationToken).ConfigureAwait(false);
        _update = update;
        await _video.FinishAsync(cancellationToken).ConfigureAwait(false);
        _update = null;
        update.Trust = _trust.Level > update.Trust.Level ? _trust : update.Trust;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _video.Dispose();
        await _localizer.DisposeAsync().ConfigureAwait(false);
    }

    private void Take(VideoFrame frame)
    {
        _update!.Tell(_pool.Rent().Fill(frame));
        if (frame.Revision == VideoRevision.Provisional)
        {
            frame.Density.Span.CopyTo(_image.Pixels);
            (_update.Image, _update.ImageSlice) = (_image, VideoSlice.Of(frame));
            _trust = frame.Trust;
        }
        else if (_change is not null)
        {
            frame.Density.Span.CopyTo(_refined!.Pixels);
            _update.Refined = (_refined, VideoSlice.Of(frame));
            ReadOnlySpan<float> sum = _video.ChangeSum.Span;
            float each = 1f / Math.Max(1, _video.RefinedSlices);
            for (int i = 0; i < sum.Length; i++)
            {
                _change.Pixels[i] = sum[i] * each;
            }

            _update.TrustMap = _change;
        }
    }

    private void TellProvider(ReconstructionUpdate update)
    {
        if (_density is NetworkDensity && Provider.Used != _told)
        {
            _told = Provider.Used;
            update.Tell(new Notice(
                Severity.Warning, NoticeCodes.ProviderFallback,
                $"The video's network runs on {_told} now; its memory of the structure started anew, and the next slices are worse for it."));
        }
    }
}
