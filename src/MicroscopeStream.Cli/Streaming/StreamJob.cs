using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Client;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>What to stream, how, and where the results go.</summary>
internal sealed record StreamJob
{
    internal required IFrameSource Source { get; init; }

    internal required AcquisitionRequest Request { get; init; }

    /// <summary>Frames per second at which frames are due; null: whenever the service has room.</summary>
    internal required double? Rate { get; init; }

    /// <summary>Where the service is, for the report.</summary>
    internal required string Server { get; init; }

    /// <summary>Where the outputs go; null: nowhere.</summary>
    internal required string? OutputPath { get; init; }

    /// <summary>Edge of a pixel of superres.tif, nm; null: a tenth of the camera's.</summary>
    internal double? SuperResolvedPixelNm { get; init; }

    internal PixelGrid CameraGrid => new(Request.Width, Request.Height, Request.PixelSizeNm);

    internal PixelGrid SuperResolvedGrid => CameraGrid.Resample(SuperResolvedPixelNm ?? (Request.PixelSizeNm / 10));
}
