using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Cli.Sources;

/// <summary>Where frames come from: a file, or the simulated microscope.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>Name for people.</summary>
    string Name { get; }

    int Width { get; }

    int Height { get; }

    PixelType PixelType { get; }

    /// <summary>Edge of a pixel, nm; null when the source does not know.</summary>
    double? PixelSizeNm { get; }

    /// <summary>The camera; null when the source does not know.</summary>
    CameraModel? Camera { get; }

    /// <summary>Frames that will come.</summary>
    long FrameCount { get; }

    /// <summary>Things to know about the source that are no errors, one sentence each.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>How far the sample had moved at a frame, nm; null where nobody knows.</summary>
    Func<long, (double X, double Y)>? TrueDrift => null;

    /// <summary>Gets the next frame.</summary>
    /// <param name="header">Gets what is known of it; its sequence number counts from 0.</param>
    /// <param name="pixels">Gets the pixels, row-major (y, x), little-endian; as many bytes as a frame has.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="CommandException">The source is damaged from here on.</exception>
    bool TryRead(out FrameHeader header, Span<byte> pixels);
}
