using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroscopeStream.Inference.Packages;

/// <summary>What the maps mean.</summary>
public sealed record ModelOutput
{
    /// <summary>Order of the axes, as for the input.</summary>
    public required string Layout { get; init; }

    /// <summary>Output pixels per input pixel along one axis.</summary>
    public int Upscale { get; set; } = 1;

    /// <summary>
    /// Video: slices by which refined pictures trail when the user names no number, 0 or one that a channel's
    /// <see cref="ModelChannel.SlicesAgo"/> offers; null: the shortest that is offered.
    /// </summary>
    public int? LookAhead { get; init; }

    /// <summary>The channels in order.</summary>
    public required IReadOnlyList<ModelChannel> Channels { get; init; }

    /// <summary>Index of the channel of that name, or −1.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Channels.Count; i++)
        {
            if (Channels[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>One channel of the maps.</summary>
public sealed record ModelChannel
{
    /// <summary>What it means: probability, photons, x, y, z, sigma_photons, sigma_x, sigma_y, sigma_z, background, …</summary>
    public required string Name { get; init; }

    /// <summary>Unit after scaling: 1, px, nm, photons.</summary>
    public required string Unit { get; init; }

    /// <summary>The network's value times this is in <see cref="Unit"/>.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Video: which slice it shows, counted back from the one that was put in last; 0 otherwise.</summary>
    public int SlicesAgo { get; init; }
}

/// <summary>Thresholds and rules for localization maps, passed through to whoever reads them out.</summary>
public sealed record ModelReadout
{
    /// <summary>The rule: local-maximum.</summary>
    public required string Kind { get; init; }

    /// <summary>Below this a pixel is no candidate, 0…1.</summary>
    public double? CandidateProbability { get; init; }

    /// <summary>Summed probability from which a candidate is an emitter, 0…1.</summary>
    public double? AcceptProbability { get; init; }

    /// <summary>From this a pixel beside a stronger one is an emitter of its own, 0…1.</summary>
    public double? SplitProbability { get; init; }

    /// <summary>Edge, pixels, of the square in which a maximum is sought.</summary>
    public int? Neighbourhood { get; init; }

    /// <summary>Further numbers that the manifest states.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Further { get; set; }
}
