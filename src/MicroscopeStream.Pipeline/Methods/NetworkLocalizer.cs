using MicroscopeStream.Inference.Windows;
using MicroscopeStream.Localizations.ReadOut;
using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// Localizes emitters with a network over consecutive frames and a local-maximum read-out of its maps, as DECODE does
/// (Speiser et al. 2021, 10.1038/s41592-021-01236-x). The one place where a network and a stream meet: each frame enters
/// the network once, and missing neighbours enter as missing.
/// </summary>
/// <remarks>Allocates nothing per frame in steady state.</remarks>
public sealed class NetworkLocalizer : IReconstruction
{
    private const long Nothing = -1;

    /// <summary>Rows over which the background is averaged: the mean of 64 rows of a smooth map is as good as that of all.</summary>
    private const int BackgroundRows = 64;

    private readonly ITemporalNetwork _network;
    private readonly EmitterReadOut _readOut;
    private readonly MapChannel _background;
    private readonly double _mapPixelSizeNm;
    private readonly FollowedProvider _provider;
    private long _submittedThrough = Nothing;
    private bool _broken;

    /// <summary>Joins a network and a read-out.</summary>
    /// <param name="network">Opened for the session's frame size; disposed with this.</param>
    /// <param name="readOut">Reads its maps.</param>
    /// <param name="background">Its background channel, or <see cref="MapChannel.Absent"/>.</param>
    /// <param name="pixelSizeNm">Pixel size of the camera, nm, &gt; 0.</param>
    public NetworkLocalizer(ITemporalNetwork network, EmitterReadOut readOut, MapChannel background, double pixelSizeNm)
    {
        _network = network;
        _readOut = readOut;
        _background = background;
        _mapPixelSizeNm = pixelSizeNm / network.Model.Manifest.Output.Upscale;
        _provider = new FollowedProvider(network.Provider);
    }

    /// <inheritdoc/>
    public ProviderDecision Provider => _provider.Current;

    /// <inheritdoc/>
    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            // After frames that were given up, their neighbours are still in the window: no maps of those.
            _network.FirstWanted = input.Sequence;
            if (_broken)
            {
                await StartAgainAsync(cancellationToken).ConfigureAwait(false);
            }

            bool found = await SubmitWindowAsync(input, update, cancellationToken).ConfigureAwait(false);
            if (!found && !await PassMissingAsync(input, update, input.Sequence + input.LookAheadFrames + 1, cancellationToken).ConfigureAwait(false))
            {
                throw new InvalidOperationException($"The network gave no maps for frame {input.Sequence}.");
            }
        }
        catch
        {
            // What the network still holds is not known; the next window enters whole.
            _broken = true;
            throw;
        }
        finally
        {
            _provider.Follow(_network.Provider, update);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _network.Dispose();
        return default;
    }

    private async ValueTask<bool> SubmitWindowAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        bool found = false;
        long target = input.Sequence;
        for (int offset = -(input.WindowFrames - 1 - input.LookAheadFrames); offset <= input.LookAheadFrames; offset++)
        {
            long sequence = target + offset;
            if (sequence <= _submittedThrough || !input.Has(offset))
            {
                continue;
            }

            found |= await PassMissingAsync(input, update, sequence, cancellationToken).ConfigureAwait(false);
            _network.WriteFrame(input.Photons(offset));
            bool ready = await _network.SubmitAsync(sequence, cancellationToken).ConfigureAwait(false);
            _submittedThrough = sequence;
            found |= ready && TryRead(target, update);
        }

        return found;
    }

    private async ValueTask<bool> PassMissingAsync(AssembledInput input, ReconstructionUpdate update, long next, CancellationToken cancellationToken)
    {
        bool found = false;
        while (await _network.PassGapAsync(next, cancellationToken).ConfigureAwait(false))
        {
            found |= TryRead(input.Sequence, update);
        }

        return found;
    }

    private async ValueTask StartAgainAsync(CancellationToken cancellationToken)
    {
        while (await _network.FlushAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        _submittedThrough = Nothing;
        _broken = false;
    }

    /// <summary>Reads the maps out if they are the target's; those of a window that failed before are no one's.</summary>
    private bool TryRead(long target, ReconstructionUpdate update)
    {
        NetworkMaps maps = _network.Maps;
        if (maps.Sequence != target)
        {
            return false;
        }

        var view = new EmitterMaps(maps.Values, maps.Width, maps.Height, maps.RowStride, maps.PlaneStride);
        _readOut.Read(target, view, _mapPixelSizeNm, update.Localizations);
        update.MeanBackground = MeanBackground(maps);
        return true;
    }

    private float MeanBackground(in NetworkMaps maps)
    {
        if (!_background.IsPresent)
        {
            return float.NaN;
        }

        int step = Math.Max(1, maps.Height / BackgroundRows);
        double sum = 0;
        int rows = 0;
        for (int y = step / 2; y < maps.Height; y += step, rows++)
        {
            float rowSum = 0;
            foreach (float value in maps.Row(_background.Index, y))
            {
                rowSum += value;
            }

            sum += rowSum;
        }

        return (float)(sum / ((double)rows * maps.Width) * _background.Scale);
    }
}
