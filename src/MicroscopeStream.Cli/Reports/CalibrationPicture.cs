using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;
using MicroscopeStream.Imaging.Tiff;
using MicroscopeStream.Localizations.Astigmatism;
using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Cli.Reports;

/// <summary>What a calibration looks like: widths with their curves, and slices through the PSF.</summary>
internal static class CalibrationPicture
{
    private const int ChartWidth = 760;
    private const int ChartHeight = 440;
    private const int Gap = 6;
    private const int Caps = 16;

    // Okabe and Ito's blue and vermillion, which colour-blind eyes tell apart.
    private static readonly Rgb Along = Rgb.FromHex(0x0072B2);
    private static readonly Rgb Across = Rgb.FromHex(0xD55E00);
    private static readonly Rgb PaleAlong = Rgb.FromHex(0x9CC7E4);
    private static readonly Rgb PaleAcross = Rgb.FromHex(0xF3C29B);
    private static readonly Rgb Ink = new(60, 60, 60);

    /// <summary>Writes the picture.</summary>
    internal static void Write(string path, PsfMeasurement measured)
    {
        SplinePsf psf = measured.Calibration.Psf!;
        double[] depths = Depths(psf);
        int tile = psf.Size * Math.Max(2, 96 / psf.Size);
        int width = Math.Max(ChartWidth, Gap + (depths.Length * (tile + Gap)));
        int section = 3 * tile, height = ChartHeight + (2 * (Caps + Gap)) + tile + section + Gap;
        var image = new RgbImage(width, height);
        image.Fill(0, 0, width, height, Rgb.White);
        DrawCurves(image, measured, width);
        int top = ChartHeight + Caps;
        float brightest = depths.Max(z => Plane(psf, z).Max());
        for (int i = 0; i < depths.Length; i++)
        {
            int left = Gap + (i * (tile + Gap));
            Caption.Draw(image, Label(depths[i]), left, top - Caps + 4, Ink);
            Place(image, Plane(psf, depths[i]), psf.Size, psf.Size, left, top, tile, tile, brightest);
        }

        int below = top + tile + Gap + Caps;
        Caption.Draw(image, "x z", Gap, below - Caps + 4, Ink);
        Place(image, Section(psf, alongX: true, section), psf.Size, section, Gap, below, tile, section, brightest);
        Caption.Draw(image, "y z", Gap + tile + Gap, below - Caps + 4, Ink);
        Place(image, Section(psf, alongX: false, section), psf.Size, section, Gap + tile + Gap, below, tile, section, brightest);
        PngWriter.Write(path, image);
    }

    /// <summary>Writes the PSF as a stack of float32 planes, the emitter on the middle of the middle pixel.</summary>
    internal static void WriteStack(string path, SplinePsf psf)
    {
        int planes = psf.Planes - 2;
        using TiffWriter tiff = TiffWriter.Create(path, new TiffWriterOptions
        {
            Width = psf.Size,
            Height = psf.Size,
            PixelType = PixelType.Float32,
            PixelSizeNm = psf.PixelSizeNm,
            Slices = planes,
            ExpectedPages = planes,
        });
        for (int plane = 0; plane < planes; plane++)
        {
            tiff.WritePage<float>(Plane(psf, psf.MinimumZNm + (plane * psf.KnotStepNm)));
        }
    }

    private static void DrawCurves(RgbImage image, PsfMeasurement measured, int width)
    {
        AstigmatismCalibration curves = measured.Calibration.Curves;
        SplinePsf psf = measured.Calibration.Psf!;
        double low = Math.Min(psf.MinimumZNm, curves.MinimumZNm), high = Math.Max(psf.MaximumZNm, curves.MaximumZNm);
        double widest = measured.Widths.Select(w => Math.Max(w.SigmaXNm, w.SigmaYNm)).Order().ElementAt((int)(0.98 * (measured.Widths.Count - 1)));
        var chart = new Chart(image, (0, 0, width, ChartHeight), (low, high), (0, 1.1 * widest));
        chart.Axes("z [nm]", "σ [nm]");
        foreach (BeadWidths w in measured.Widths)
        {
            chart.Point(w.ZNm, w.SigmaXNm, PaleAlong);
            chart.Point(w.ZNm, w.SigmaYNm, PaleAcross);
        }

        chart.Line(curves.MinimumZNm, curves.MaximumZNm, curves.X.At, Along);
        chart.Line(curves.MinimumZNm, curves.MaximumZNm, curves.Y.At, Across);
        chart.Note("σx", low + (0.02 * (high - low)), 1.05 * widest, Along);
        chart.Note("σy", low + (0.06 * (high - low)), 1.05 * widest, Across);
    }

    private static double[] Depths(SplinePsf psf)
    {
        double range = psf.MaximumZNm - psf.MinimumZNm, step = range > 1300 ? 200 : range > 600 ? 100 : 50;
        double first = Math.Ceiling((psf.MinimumZNm - 0.5) / step) * step;
        return [.. Enumerable.Range(0, (int)Math.Floor((psf.MaximumZNm + 0.5 - first) / step) + 1).Select(i => first + (i * step))];
    }

    private static float[] Plane(SplinePsf psf, double z)
    {
        int half = psf.Size / 2;
        return [.. from y in Enumerable.Range(-half, psf.Size) from x in Enumerable.Range(-half, psf.Size) select (float)psf.At(x, y, z)];
    }

    // Depth runs upwards.
    private static float[] Section(SplinePsf psf, bool alongX, int rows)
    {
        int half = psf.Size / 2;
        return
        [
            .. from row in Enumerable.Range(0, rows)
               let z = psf.MaximumZNm - ((psf.MaximumZNm - psf.MinimumZNm) * row / (rows - 1))
               from i in Enumerable.Range(-half, psf.Size)
               select (float)(alongX ? psf.At(i, 0, z) : psf.At(0, i, z)),
        ];
    }

    private static void Place(RgbImage image, float[] pixels, int columns, int rows, int left, int top, int width, int height, float brightest)
    {
        RgbImage coloured = ColourMap.Fire.Apply(pixels, columns, rows, new DisplayRange(0, brightest), gamma: 0.5);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int from = 3 * ((y * rows / height * columns) + (x * columns / width));
                image.Fill(left + x, top + y, 1, 1, new Rgb(coloured.Pixels[from], coloured.Pixels[from + 1], coloured.Pixels[from + 2]));
            }
        }
    }

    private static string Label(double z) => string.Create(CultureInfo.InvariantCulture, $"z = {z:0} nm");
}
