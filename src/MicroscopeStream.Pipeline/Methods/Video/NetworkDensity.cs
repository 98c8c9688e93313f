using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Video.Densities;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>
/// A recurrent network as a density, after DBlink (Saguy et al. 2023, 10.1038/s41592-023-01966-0), but causal: its state goes in and out
/// with every slice.
/// </summary>
/// <remarks>When a provider fails and the CPU takes over, the state starts anew: a few slices are worse, and the session says so.</remarks>
internal sealed class NetworkDensity : IVideoDensity
{
    private readonly ITemporalNetwork _network;
    private readonly int _now;
    private readonly int _refined;
    private long _slice;

    /// <param name="network">Opened for the video's grid; disposed with this.</param>
    /// <param name="lookAhead">Slices by which refined densities trail; one that the model offers, or 0.</param>
    public NetworkDensity(ITemporalNetwork network, int lookAhead)
    {
        (_network, LookAhead) = (network, lookAhead);
        ModelOutput output = network.Model.Manifest.Output;
        _now = ChannelAgo(output, 0);
        _refined = ChannelAgo(output, lookAhead);
    }

    public int LookAhead { get; }

    public long HeldBytes => _network.HeldBytes;

    public ITemporalNetwork Network => _network;

    /// <summary>Index of the channel that shows the slice so many slices ago; −1: there is none.</summary>
    public static int ChannelAgo(ModelOutput output, int slices)
    {
        for (int i = 0; i < output.Channels.Count; i++)
        {
            if (output.Channels[i].SlicesAgo == slices)
            {
                return i;
            }
        }

        return -1;
    }

    public async ValueTask StepAsync(ReadOnlyMemory<float> map, Memory<float> now, Memory<float> refined, CancellationToken cancellationToken)
    {
        _network.WriteFrame(map.Span);
        if (!await _network.SubmitAsync(_slice++, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"{_network.Model.Id} gave no density for a slice.");
        }

        Copy(_now, now.Span);
        if (LookAhead > 0)
        {
            Copy(_refined, refined.Span);
        }
    }

    public async ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        while (await _network.FlushAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        _slice = 0;
    }

    public void Dispose() => _network.Dispose();

    private void Copy(int channel, Span<float> to)
    {
        NetworkMaps maps = _network.Maps;
        for (int y = 0; y < maps.Height; y++)
        {
            maps.Row(channel, y).CopyTo(to.Slice(y * maps.Width, maps.Width));
        }
    }
}
