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

    private static (PixelGrid Grid, float[] Pixels) Read(string path)
    {
        try
        {
            using TiffReader reader = TiffReader.Open(path);
            var bytes = new byte[reader.Width * reader.Height * reader.PixelType.BytesPerPixel()];
            reader.ReadPage(0, bytes);
            float[] pixels = reader.PixelType switch
            {
                PixelType.Float32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
                PixelType.UInt8 => [.. bytes.Select(value => (float)value)],
                _ => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (float)value)],
            };
            return (new PixelGrid(reader.Width, reader.Height, reader.PixelSizeNm ?? 1), pixels);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} cannot be read: {e.Message}", e);
        }
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
