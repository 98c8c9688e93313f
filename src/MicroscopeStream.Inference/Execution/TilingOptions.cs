namespace MicroscopeStream.Inference.Execution;

/// <summary>When and how large frames run in tiles.</summary>
/// <remarks>
/// <para>
/// Tiles give the whole frame's result. What they cost is the overlap, what they save is memory, and they let a network take frames
/// larger than it takes in one piece; such frames run in tiles whatever stands here.
/// </para>
/// <para>
/// Measured with decode-2d-small on two busy cores, a 1024 × 1024 px frame (<c>MicroscopeStream.Benchmarks tiling --edge 1024
/// --tile 600 --rounds 7</c>, medians): in one piece 1297 ms of CPU time and 1.28 GB; in four tiles side by side, one thread each,
/// 1482 ms and 0.70 GB; in the same tiles one after the other, two threads each, 1570 ms and 0.56 GB. Frames that are small enough
/// for their memory not to matter are therefore left whole, and tiles run side by side.
/// </para>
/// </remarks>
public sealed record TilingOptions
{
    /// <summary>
    /// Most pixels of a frame that runs in one piece, and of a tile, &gt; 0. Default: 768². Tiles are larger all the same where the
    /// overlap would be most of them.
    /// </summary>
    public int MaximumPixels { get; init; } = 768 * 768;

    /// <summary>
    /// On the CPU, whether tiles run side by side with one thread each (the default), or one after the other with all threads each.
    /// </summary>
    public bool SideBySide { get; init; } = true;
}
