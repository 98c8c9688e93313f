using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Localizations.ReadOut;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Finds the planes that the read-out needs among a model's output channels, by name, and brings them to its units.</summary>
internal static class NetworkChannels
{
    private const double NmPerUm = 1000;

    /// <summary>The read-out's channels.</summary>
    /// <param name="output">What the model's maps mean. The network already gives its values in the channels' own units.</param>
    /// <param name="mapPixelSizeNm">Pixel size of the maps, nm, &gt; 0.</param>
    /// <exception cref="ArgumentException">A channel is in a unit that cannot be converted; the message names both.</exception>
    public static EmitterMapChannels Of(ModelOutput output, double mapPixelSizeNm)
    {
        // The read-out takes offsets in the maps' pixels.
        var lateral = new Dictionary<string, double> { ["px"] = 1, ["nm"] = 1 / mapPixelSizeNm, ["um"] = NmPerUm / mapPixelSizeNm, ["µm"] = NmPerUm / mapPixelSizeNm };
        var axial = new Dictionary<string, double> { ["nm"] = 1, ["um"] = NmPerUm, ["µm"] = NmPerUm };
        var photons = new Dictionary<string, double> { ["photons"] = 1 };
        return new()
        {
            Probability = Channel("probability", new Dictionary<string, double> { ["1"] = 1 }),
            Photons = Channel("photons", photons),
            X = Channel("x", lateral),
            Y = Channel("y", lateral),
            Z = Channel("z", axial),
            SigmaPhotons = Channel("sigma_photons", photons),
            SigmaX = Channel("sigma_x", lateral),
            SigmaY = Channel("sigma_y", lateral),
            SigmaZ = Channel("sigma_z", axial),
            Background = Channel("background", photons),
        };

        MapChannel Channel(string name, Dictionary<string, double> units)
        {
            int index = output.IndexOf(name);
            if (index < 0)
            {
                return MapChannel.Absent;
            }

            string unit = output.Channels[index].Unit;
            return units.TryGetValue(unit, out double factor)
                ? new MapChannel(index, (float)factor)
                : throw new ArgumentException(
                    $"Output channel '{name}' is in '{unit}'; its read-out takes {string.Join(", ", units.Keys.Select(one => $"'{one}'"))}. Mend output.channels in model.json.");
        }
    }
}
