namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// The maps of one frame as they lie in the network's output: [channel, y, x], row-major, padded to the right and below.
/// Values are in the units of the manifest's channels. Valid until the next call on the network.
/// </summary>
public readonly ref struct NetworkMaps
{
    internal NetworkMaps(long sequence, ReadOnlySpan<float> values, int channels, int height, int width, int rowStride, int planeStride)
    {
        Sequence = sequence;
        Values = values;
        Channels = channels;
        Height = height;
        Width = width;
        RowStride = rowStride;
        PlaneStride = planeStride;
    }

    /// <summary>Sequence number of the frame that the maps belong to.</summary>
    public long Sequence { get; }

    /// <summary>
    /// All values, padding included: channel c, row y, column x lies at c·<see cref="PlaneStride"/> + y·<see cref="RowStride"/> + x.
    /// </summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>Rows without padding: the frame's times the model's upscale.</summary>
    public int Height { get; }

    /// <summary>Columns without padding: the frame's times the model's upscale.</summary>
    public int Width { get; }

    /// <summary>Values from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Values from one channel to the next.</summary>
    public int PlaneStride { get; }

    /// <summary>One row of one channel, without padding.</summary>
    public ReadOnlySpan<float> Row(int channel, int y) => Values.Slice((channel * PlaneStride) + (y * RowStride), Width);
}
