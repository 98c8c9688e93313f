namespace MicroscopeStream.Inference.Execution;

/// <summary>When and how large frames run in tiles.</summary>
/// <remarks>
/// <para>
/// Tiles give the whole frame's result. What they cost is the overlap, what they save is memory, and they let a network take frames
/// larger than it takes in one piece; such frames run in tiles whatever stands here.
/// </para>
/// <para>
/// Measured with decode-2d-small on two busy cores (<c>MicroscopeStream.Benchmarks tiling --edge 1024 --tile 768 --rounds 7</c>, and
/// <c>--edge 2048 --rounds 2</c>), median CPU time and memory of a frame. 1024 × 1024 px: in one piece 1249 ms, 1.28 GB; in two tiles
/// side by side, one thread each, 1316 ms, 1.08 GB; in the same tiles one after the other, two threads each, 1377 ms, 0.78 GB.
/// 2048 × 2048 px: 5.0 s, 5.3 GB; ten tiles side by side 6.3 s, 1.6 GB; nine in turn 6.8 s, 1.6 GB. So frames whose memory does not
/// matter are left whole, and tiles run side by side.
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
