using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// Makes an image of each window or group with a network: denoising, single-frame super-resolution, other people's image-to-image
/// networks, structured illumination from few frames. The network's first channel is the image, on the package's output grid.
/// </summary>
/// <remarks>Allocates nothing per input in steady state.</remarks>
public sealed class NetworkImager : IReconstruction
{
    private readonly IImageNetwork _network;
    private readonly int[] _offsets;
    private readonly NetworkImage _image;
    private readonly LightCheck _light;
    private readonly FollowedProvider _provider;

    /// <summary>Wraps a network.</summary>
    /// <param name="network">Opened for the session's frame size; disposed with this.</param>
    /// <param name="offsets">Which frame of an input each frame of the network is, as its distance from the target.</param>
    /// <param name="output">Grid of the image: the camera's times the package's upscale.</param>
    /// <exception cref="ArgumentException">There are not as many offsets as the network takes frames.</exception>
    public NetworkImager(IImageNetwork network, IReadOnlyList<int> offsets, PixelGrid output)
    {
        if (offsets.Count != network.Frames)
        {
            throw new ArgumentException($"{offsets.Count} frames named for a network of {network.Frames}.", nameof(offsets));
        }

        _network = network;
        _offsets = [.. offsets];
        _image = new NetworkImage(output);
        _light = new LightCheck(network.Model.Id, network.Model.Manifest.Domain.Photons);
        _provider = new FollowedProvider(network.Provider);
    }

    /// <inheritdoc/>
    public ProviderDecision Provider => _provider.Current;

    /// <inheritdoc/>
    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        for (int i = 0; i < _offsets.Length; i++)
        {
            if (input.Has(_offsets[i]))
            {
                input.Photons(_offsets[i]).CopyTo(_network.Frame(i));
            }
            else
            {
                _network.MarkMissing(i);
            }
        }

        try
        {
            await _network.RunAsync(input.Sequence, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _provider.Follow(_network.Provider, update);
        }

        update.Trust = _image.Take(_network.Maps, _light.Check(input.Photons(0), update.Trust));
        update.Image = _image.Image;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _network.Dispose();
        return default;
    }
}
