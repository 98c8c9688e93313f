namespace MicroscopeStream.Localizations.ReadOut;

/// <summary>One plane of a network's output: which one, and the factor that brings its values to their unit.</summary>
/// <param name="Index">Index of the plane in [C, H, W], or −1: the network does not give it.</param>
/// <param name="Scale">Factor from the network's numbers to the channel's unit.</param>
public readonly record struct MapChannel(int Index, float Scale = 1)
{
    /// <summary>A channel that the network does not give; its values read as NaN.</summary>
    public static MapChannel Absent { get; } = new(-1);

    /// <summary>Whether the network gives this channel.</summary>
    public bool IsPresent => Index >= 0;
}
