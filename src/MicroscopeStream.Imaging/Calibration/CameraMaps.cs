using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>The per-pixel images beside a camera description: one float32 page each.</summary>
internal sealed class CameraMaps(string jsonPath, int width, int height)
{
    public static float[] Read(string path, string file, string field, float minimum)
    {
        const string Expected = "a TIFF image of one float32 page";
        try
        {
            using TiffReader reader = TiffReader.Open(path);
            if (reader.PixelType != PixelType.Float32 || reader.PageCount != 1)
            {
                throw new CameraFileException(file, field, $"{reader.PageCount} pages of {reader.PixelType} in {Path.GetFileName(path)}", Expected);
            }

            var map = new float[reader.Width * reader.Height];
            reader.ReadPage(0, MemoryMarshal.AsBytes(map.AsSpan()));
            int bad = Array.FindIndex(map, value => !(value >= minimum) || !float.IsFinite(value));
            return bad < 0
                ? map
                : throw new CameraFileException(
                    file, field, $"{map[bad]} in row {bad / reader.Width}, column {bad % reader.Width} of {Path.GetFileName(path)}", minimum switch
                    {
                        0 => "finite values ≥ 0",
                        > 0 => "finite values > 0",
                        _ => "finite values",
                    });
        }
        catch (Exception error) when (error is IOException or TiffFormatException or UnauthorizedAccessException)
        {
            throw new CameraFileException(file, field, $"a file that cannot be read ({error.Message})", Expected, error);
        }
    }

    public string Write(string suffix, float[] map)
    {
        if (map.Length != width * height || map.Length == 0)
        {
            throw new ArgumentException($"A camera map of {map.Length} values does not fit {width} × {height} pixels.", nameof(map));
        }

        string name = $"{Path.GetFileNameWithoutExtension(jsonPath)}-{suffix}.tif";
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(jsonPath))!, name);
        using TiffWriter writer = TiffWriter.Create(
            path, new TiffWriterOptions { Width = width, Height = height, PixelType = PixelType.Float32 });
        writer.WritePage<float>(map);
        return name;
    }
}
