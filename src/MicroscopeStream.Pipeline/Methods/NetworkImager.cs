using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Assembly;
using InferenceDecision = MicroscopeStream.Inference.Providers.ProviderDecision;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// Makes an image of each window or group with a network: denoising, single-frame super-resolution, other people's image-to-image
/// networks, structured illumination from few frames. The network's first channel is the image, on the package's output grid.
/// </summary>
/// <remarks>Allocates nothing per input in steady state.</remarks>
public sealed class NetworkImager : IReconstruction
{
    private const string Broken = "The network put out numbers that are not finite: they are shown as 0. Do not use this image; report the model.";

    private readonly IImageNetwork _network;
    private readonly int[] _offsets;
    private readonly SuperResolvedImage _image;
    private readonly LightCheck _light;
    private InferenceDecision _decision;

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
        _image = new SuperResolvedImage(output);
        _light = new LightCheck(network.Model.Id, network.Model.Manifest.Domain.Photons);
        _decision = network.Provider;
        Provider = ProviderDecision.From(_decision);
    }

    /// <inheritdoc/>
    public ProviderDecision Provider { get; private set; }

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
            if (!ReferenceEquals(_network.Provider, _decision))
            {
                _decision = _network.Provider;
                Provider = NetworkMethods.Tell(_decision, update);
            }
        }

        update.Trust = _light.Check(input.Photons(0), update.Trust);
        if (!Take(_network.Maps))
        {
            update.Trust = update.Trust.With(TrustLevel.Untrusted, Broken);
        }

        update.Image = _image;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _network.Dispose();
        return default;
    }

    /// <summary>Copies the image; whether all of it is finite.</summary>
    private bool Take(in NetworkMaps maps)
    {
        bool finite = true;
        int width = _image.Grid.Width;
        for (int y = 0; y < _image.Grid.Height; y++)
        {
            Span<float> row = _image.Pixels.AsSpan(y * width, width);
            maps.Row(0, y).CopyTo(row);
            foreach (ref float value in row)
            {
                if (!float.IsFinite(value))
                {
                    (value, finite) = (0, false);
                }
            }
        }

        return finite;
    }
}
