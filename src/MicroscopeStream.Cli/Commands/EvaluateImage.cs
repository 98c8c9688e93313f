using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Commands;

/// <summary>How alike an image and its truth are, whatever the scale of their intensities.</summary>
internal static class EvaluateImage
{
    internal static int Run(string imagePath, string truthPath, bool json, MstreamConsole console)
    {
        (PixelGrid grid, float[] image) = Read(imagePath);
        (PixelGrid expected, float[] truth) = Read(truthPath);
        if ((grid.Width, grid.Height) != (expected.Width, expected.Height))
        {
            throw new CommandException(
                ExitCodes.BadInput, $"{imagePath} has {grid.Width} × {grid.Height} px, {truthPath} {expected.Width} × {expected.Height}: bring them to one grid first.");
        }

        var score = new ImageScoreReport
        {
            PsnrDb = Known(ImageComparison.AffinePsnr(image, truth)),
            Pearson = Known(ImageComparison.Pearson(image, truth)),
        };
        console.Out.WriteLine(json
            ? JsonSerializer.Serialize(score, ReportJson.Default.ImageScoreReport)
            : string.Create(CultureInfo.InvariantCulture, $"PSNR     {score.PsnrDb:f2} dB after the best affine fit of the intensities{Environment.NewLine}Pearson  {score.Pearson:f4}"));
        return ExitCodes.Success;
    }

    private static double? Known(double value) => double.IsFinite(value) ? Math.Round(value, 5) : null;

    /// <exception cref="CommandException">The file is missing or no TIFF.</exception>
    internal static TiffReader Open(string path)
    {
        try
        {
            return TiffReader.Open(path);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TiffFormatException)
        {
            throw Failures.Unreadable(path, e, $"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>A page's pixels, row-major (y, x).</summary>
    /// <exception cref="CommandException">The page is damaged.</exception>
    internal static float[] Page(TiffReader reader, string path, int page)
    {
        var bytes = new byte[reader.BytesPerPage];
        try
        {
            reader.ReadPage(page, bytes);
        }
        catch (Exception e) when (e is IOException or TiffFormatException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} cannot be read: {e.Message}", e);
        }

        return reader.PixelType switch
        {
            PixelType.Float32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            PixelType.UInt8 => [.. bytes.Select(value => (float)value)],
            _ => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (float)value)],
        };
    }

    private static (PixelGrid Grid, float[] Pixels) Read(string path)
    {
        using TiffReader reader = Open(path);
        return (new PixelGrid(reader.Width, reader.Height, reader.PixelSizeNm ?? 1), Page(reader, path, 0));
    }
}

/// <summary>How alike two images are.</summary>
internal sealed record ImageScoreReport
{
    /// <summary>Peak signal-to-noise after the best affine fit, dB; null: nothing differs.</summary>
    public required double? PsnrDb { get; init; }

    /// <summary>Correlation of the pixels; null: one image is even.</summary>
    public required double? Pearson { get; init; }
}
