using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>A network that refines reconstructions, opened for one session: it goes on when the pattern is estimated again.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class RefiningNetwork : IDisposable
{
    private readonly IImageNetwork _network;
    private readonly NetworkImage _image;
    private readonly LightCheck _light;
    private readonly FollowedProvider _provider;
    private long _runs;

    /// <param name="network">Opened for the result's grid; disposed with this.</param>
    /// <param name="acquisition">Grids.</param>
    public RefiningNetwork(IImageNetwork network, SimAcquisition acquisition)
    {
        (_network, _provider) = (network, new FollowedProvider(network.Provider));
        _image = new NetworkImage(acquisition.Result);
        _light = new LightCheck(network.Model.Id, network.Model.Manifest.Domain.Photons);
    }

    /// <summary>What it runs on now.</summary>
    public ProviderDecision Provider => _provider.Current;

    /// <summary>What speaks against the last image as a network's: light outside the training, numbers that are none.</summary>
    public TrustReport Report { get; private set; } = TrustReport.Good;

    /// <summary>Refines.</summary>
    /// <param name="reconstruction">On the result's grid, photons per camera pixel.</param>
    /// <param name="widefield">The mean of the same frames there.</param>
    /// <param name="frame">One of the frames, whose light is held against the training's.</param>
    /// <param name="image">Gets the image.</param>
    /// <param name="update">Where to tell that another provider took over; null: nobody listens.</param>
    /// <param name="cancellationToken">The session is aborted.</param>
    public async ValueTask RefineAsync(
        float[] reconstruction, float[] widefield, float[] frame, float[] image, ReconstructionUpdate? update, CancellationToken cancellationToken)
    {
        reconstruction.CopyTo(_network.Frame(0));
        widefield.CopyTo(_network.Frame(1));
        try
        {
            await _network.RunAsync(_runs++, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _provider.Follow(_network.Provider, update);
        }

        Report = _image.Take(_network.Maps, _light.Check(frame, TrustReport.Good));
        _image.Image.Pixels.CopyTo(image, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
