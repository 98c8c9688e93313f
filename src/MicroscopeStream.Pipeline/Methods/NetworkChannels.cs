using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Localizations.ReadOut;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Finds the planes that the read-out needs among a model's output channels, by name.</summary>
internal static class NetworkChannels
{
    public static EmitterMapChannels Of(ModelOutput output) => new()
    {
        Probability = Channel(output, "probability"),
        Photons = Channel(output, "photons"),
        X = Channel(output, "x"),
        Y = Channel(output, "y"),
        Z = Channel(output, "z"),
        SigmaPhotons = Channel(output, "sigma_photons"),
        SigmaX = Channel(output, "sigma_x"),
        SigmaY = Channel(output, "sigma_y"),
        SigmaZ = Channel(output, "sigma_z"),
        Background = Channel(output, "background"),
    };

    /// <summary>The network already gives its values in the channels' units, so that nothing is left to scale.</summary>
    private static MapChannel Channel(ModelOutput output, string name)
    {
        int index = output.IndexOf(name);
        return index < 0 ? MapChannel.Absent : new MapChannel(index);
    }
}
