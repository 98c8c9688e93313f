using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Client;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>What to stream, how, and where the results go.</summary>
internal sealed record StreamJob
{
    // The accumulated image, a copy of it and its colours take 11 bytes per pixel at the end: 1.4 GB.
    private const int MostPixels = 128_000_000;

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

    /// <summary>Format of the tables.</summary>
    internal TableFormat Table { get; init; }

    /// <summary>Which localizations are drawn and stand in the corrected table.</summary>
    internal LocalizationFilter Filter { get; init; } = LocalizationFilter.None;

    /// <summary>How successive frames are linked in image and corrected table; null: not.</summary>
    internal LinkingOptions? Linking { get; init; }

    /// <summary>What colour shows in superres.png.</summary>
    internal ImageColour Colour { get; init; } = new();

    /// <summary>Options given that mean something for localization only.</summary>
    internal IReadOnlyList<string> LocalizationOptions { get; init; } = [];

    internal PixelGrid CameraGrid => new(Request.Width, Request.Height, Request.PixelSizeNm);

    /// <summary>The grid of superres.tif: as asked, or a tenth of the camera's pixel and coarser where that image would be too large.</summary>
    internal PixelGrid SuperResolvedGrid => CameraGrid.Resample(SuperResolvedPixelNm ?? Math.Max(Request.PixelSizeNm / 10, FinestPixelNm));

    /// <summary>The pixel at which the whole field is an image of <see cref="MostPixels"/>, nm.</summary>
    private double FinestPixelNm => Request.PixelSizeNm * Math.Sqrt((double)Request.Width * Request.Height / MostPixels) * 1.001;

    /// <summary>What to say about the grid; null: it is as fine as can be wished.</summary>
    internal string? GridWarning => SuperResolvedPixelNm is null && Request.PixelSizeNm / 10 < FinestPixelNm
        ? FormattableString.Invariant(
            $"The super-resolved image is drawn with pixels of {SuperResolvedGrid.PixelSizeNm:f1} nm: at a tenth of the camera's it would have more than {MostPixels / 1_000_000} million. localizations.csv is as exact as ever.")
        : null;

    /// <exception cref="CommandException">The asked pixel makes an image that is too large.</exception>
    internal void Check()
    {
        if (SuperResolvedPixelNm is { } asked && asked < FinestPixelNm)
        {
            throw new CommandException(
                ExitCodes.Usage,
                FormattableString.Invariant(
                    $"--superres-pixel {asked} makes an image of more than {MostPixels / 1_000_000} million pixels from {Request.Width} × {Request.Height} of {Request.PixelSizeNm} nm; take {Math.Ceiling(FinestPixelNm * 10) / 10} or more."));
        }
    }
}
