using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// Makes an image of each group with a network. Where all phases come, the newest image is judged beside the stream as a Wiener
/// reconstruction is, and held against one.
/// </summary>
/// <remarks>One thread at a time; what runs beside the stream works on copies.</remarks>
internal sealed class NetworkSimMethod : IReconstruction
{
    private const string Alone =
        "One phase of each angle: nothing but the network's training says what lies between the frames. Record a whole group now and then to hold it against a Wiener reconstruction.";

    private readonly IImageNetwork _network;
    private readonly int[] _places;
    private readonly SimAcquisition _acquisition;
    private readonly NetworkSimJudge? _judge;
    private readonly NetworkImage _image;
    private readonly LightCheck _light;
    private readonly FollowedProvider _provider;
    private readonly SimGroup _group;
    private TrustReport _own = TrustReport.Good;
    private bool _any;

    /// <param name="network">Opened for the acquisition's frames; disposed with this.</param>
    /// <param name="places">Which frame of a group each frame of the network is.</param>
    /// <param name="acquisition">Order, lens and grids.</param>
    /// <param name="judge">Judges images beside the stream; null: the frames do not allow it.</param>
    public NetworkSimMethod(IImageNetwork network, int[] places, SimAcquisition acquisition, NetworkSimJudge? judge)
    {
        (_network, _places, _acquisition, _judge) = (network, places, acquisition, judge);
        _group = new SimGroup(acquisition);
        _image = new NetworkImage(acquisition.Result);
        _light = new LightCheck(network.Model.Id, network.Model.Manifest.Domain.Photons);
        _provider = new FollowedProvider(network.Provider);
    }

    /// <inheritdoc/>
    public ProviderDecision Provider => _provider.Current;

    /// <summary>Bytes held beside the network: the group, a copy being judged, image and Wiener reconstruction.</summary>
    public static long HeldBytes(SimAcquisition acquisition) =>
        sizeof(float) * ((2L * acquisition.Order.FramesPerImage * acquisition.Frame.PixelCount) + (5L * acquisition.Result.PixelCount));

    /// <inheritdoc/>
    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        _group.Take(input);
        for (int i = 0; i < _places.Length; i++)
        {
            _group[_places[i]].CopyTo(_network.Frame(i));
        }

        try
        {
            await _network.RunAsync(input.Sequence, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _provider.Follow(_network.Provider, update);
        }

        _own = _image.Take(_network.Maps, _light.Check(_group[_places[0]], TrustReport.Good));
        (update.Image, update.CompletesGroup) = (_image.Image, true);
        _any = true;
        if (_judge is not null)
        {
            await _judge.FollowAsync(_group.Frames, _image.Image.Pixels, update, wait: false).ConfigureAwait(false);
        }

        update.Trust = Joined();
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        if (!_any)
        {
            (update.Trust, update.Concludes) = (TrustReport.Good.With(
                TrustLevel.Untrusted, $"No whole group of {_acquisition.Order.FramesPerImage} frames came, so that there is no image. Look for missing frames, and check the order {_acquisition.Order.Name}."), true);
            return;
        }

        if (_judge is not null)
        {
            await _judge.FollowAsync(_group.Frames, _image.Image.Pixels, update, wait: true).ConfigureAwait(false);
        }

        update.Image = _image.Image;
        (update.Trust, update.Concludes) = (Joined(), true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_judge is not null)
        {
            await _judge.DisposeAsync().ConfigureAwait(false);
        }

        _network.Dispose();
    }

    private TrustReport Joined()
    {
        TrustReport report = _judge is null ? _own.With(TrustLevel.Caution, Alone) : _own;
        foreach (string reason in _judge?.Verdict.Reasons ?? [])
        {
            report = report.With(_judge!.Verdict.Level, reason);
        }

        return report;
    }
}
