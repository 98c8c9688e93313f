namespace MicroscopeStream.Inference.Execution;

/// <summary>When and how large frames run in tiles.</summary>
/// <remarks>
/// A frame also runs in tiles, whatever stands here, when it is larger than its model takes. Tiles give the whole frame's result;
/// what they cost is the overlap, what they save is memory: a network needs about 0.4 KB per pixel of what it runs at once.
/// </remarks>
public sealed record TilingOptions
{
    /// <summary>
    /// Most pixels of a frame that runs in one piece, and of a tile, &gt; 0. Default: 1024². Tiles are larger all the same where the
    /// overlap would be most of them.
    /// </summary>
    public int MaximumPixels { get; init; } = 1024 * 1024;

    /// <summary>
    /// On the CPU, whether tiles run side by side with one thread each (the default), or one after the other with all threads each.
    /// </summary>
    public bool SideBySide { get; init; } = true;
}
