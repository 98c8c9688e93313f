using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Sources;

/// <summary>A TIFF file of beads, slice after slice, in photons.</summary>
internal sealed partial class BeadStackFile
{
    // As many equal brightest pixels come of a converter's end, not of photons; dimmer images have them by chance.
    private const int FewestClipped = 8;
    private const double LeastClippedAdu = 200;
    private const long MostPixels = 1L << 30;

    private BeadStackFile(List<float[]> slices, PixelGrid grid, CameraModel camera, double saturation, IReadOnlyList<string> warnings) =>
        (Slices, Grid, Camera, SaturationPhotons, Warnings) = (slices, grid, camera, saturation, warnings);

    internal List<float[]> Slices { get; }

    internal PixelGrid Grid { get; }

    internal CameraModel Camera { get; }

    /// <summary>Photons from which a pixel counts as saturated; infinity when none is.</summary>
    internal double SaturationPhotons { get; }

    internal IReadOnlyList<string> Warnings { get; }

    /// <exception cref="CommandException">The file cannot be read, or is no stack of one sweep.</exception>
    internal static BeadStackFile Read(string path, double? pixelSizeNm, CameraModel? camera, double stepNm)
    {
        try
        {
            using TiffReader reader = TiffReader.Open(path);
            Check(reader, path);
            double pixel = pixelSizeNm ?? reader.PixelSizeNm ?? throw new CommandException(
                ExitCodes.Usage, $"{path} does not say how large its pixels are. State it with --pixel-size NM.");
            List<string> warnings = [.. reader.Warnings];
            CheckSpacing(reader.Description, stepNm, warnings);
            var estimator = new CameraEstimator(reader.Width, reader.Height, reader.PixelType);
            var slices = new List<float[]>(reader.PageCount);
            byte[] raw = new byte[reader.BytesPerPage];
            var adu = new PhotonConverter(new CameraModel { BaselineAdu = 0 }, reader.PixelType, reader.Width * reader.Height);
            for (int page = 0; page < reader.PageCount; page++)
            {
                reader.ReadPage(page, raw);
                estimator.Add(raw);
                var slice = new float[reader.Width * reader.Height];
                adu.Convert(raw, slice);
                slices.Add(slice);
            }

            double saturation = SaturationAdu(slices, reader.PixelType);
            if (camera is null)
            {
                CameraEstimate estimate = estimator.Estimate();
                camera = estimate.Camera;
                warnings.Add(estimate.Warning);
            }

            ToPhotons(slices, camera, path);
            return new BeadStackFile(slices, new PixelGrid(reader.Width, reader.Height, pixel), camera, camera.ToPhotons(saturation), warnings);
        }
        catch (FileNotFoundException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is TiffFormatException or IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path, e, $"{path}: {e.Message}");
        }
    }

    private static void Check(TiffReader reader, string path)
    {
        if (reader.Damage is { } damage)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path}: {damage} A stack that lacks slices gives wrong depths; copy the file again.");
        }

        if (reader.Channels > 1)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} has {reader.Channels} channels; give a stack of one: PSFs differ between colours.");
        }

        if (reader.Slices > 1 && reader.TimePoints > 1)
        {
            throw new CommandException(
                ExitCodes.BadInput, $"{path} has {reader.Slices} slices at {reader.TimePoints} time points; give one sweep through focus, one page per stage position.");
        }

        if ((long)reader.Width * reader.Height * reader.PageCount > MostPixels)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path} has {reader.PageCount} slices of {reader.Width} × {reader.Height} px, more than 10⁹ pixels. Cut out a part with beads.");
        }
    }

    // ImageJ writes its z step into the description; a factor of ten between nm and µm is an easy slip.
    private static void CheckSpacing(string description, double stepNm, List<string> warnings)
    {
        Match spacing = Spacing().Match(description);
        if (!spacing.Success || !double.TryParse(spacing.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return;
        }

        string unit = Unit().Match(description).Groups[1].Value.Trim();
        double? stated = unit switch
        {
            "nm" or "nanometer" => value,
            "micron" or "um" or "µm" or "\\u00B5m" or "micrometer" => value * 1000,
            _ => null,
        };
        if (stated is { } nm && Math.Abs((nm / Math.Abs(stepNm)) - 1) > 0.02)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"The file states {nm:0.###} nm from slice to slice, --z-step says {Math.Abs(stepNm):0.###} nm; --z-step is taken."));
        }
    }

    private static double SaturationAdu(List<float[]> slices, PixelType type)
    {
        float most = float.NegativeInfinity;
        foreach (float[] slice in slices)
        {
            foreach (float value in slice)
            {
                most = Math.Max(most, value);
            }
        }

        long at = slices.Sum(slice => (long)slice.AsSpan().Count(most));
        double limit = type.SaturationAdu();
        return most >= limit ? limit : at >= FewestClipped && most >= LeastClippedAdu && most == MathF.Floor(most) ? most : double.PositiveInfinity;
    }

    private static void ToPhotons(List<float[]> slices, CameraModel camera, string path)
    {
        int pixels = slices.Count == 0 ? 0 : slices[0].Length;
        if (camera.Validate(pixels) is [var problem, ..])
        {
            throw new CommandException(
                ExitCodes.BadInput, $"The camera description does not fit {path}: {problem.Field} is {problem.Value}, expected {problem.Expected}.");
        }

        var converter = new PhotonConverter(camera, PixelType.Float32, pixels);
        foreach (float[] slice in slices)
        {
            converter.Convert(MemoryMarshal.AsBytes((ReadOnlySpan<float>)[.. slice]), slice);
            foreach (ref float value in slice.AsSpan())
            {
                value = float.IsFinite(value) ? value : 0;
            }
        }
    }

    [GeneratedRegex(@"^spacing=([0-9.eE+-]+)", RegexOptions.Multiline)]
    private static partial Regex Spacing();

    [GeneratedRegex(@"^unit=(.+)$", RegexOptions.Multiline)]
    private static partial Regex Unit();
}
