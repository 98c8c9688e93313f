using System.Globalization;
using System.Text;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Colour;
using MicroscopeStream.Imaging.Png;

namespace MicroscopeStream.Cli.Reports;

/// <summary>What an evaluated video looks like: a strip of pictures, and its scores over time.</summary>
internal static class VideoScorePictures
{
    private const int Gap = 4;
    private const int MostPixels = 256;
    private const string Provisional = "#d55e00";
    private const string Refined = "#0072b2";

    /// <summary>Writes rows of videos and columns of times, each row with a brightness of its own.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="grid">Grid of the pictures.</param>
    /// <param name="rows">For each video its pictures at the same times.</param>
    internal static void WriteStrip(string path, PixelGrid grid, IReadOnlyList<IReadOnlyList<float[]>> rows)
    {
        int bin = (Math.Max(grid.Width, grid.Height) + MostPixels - 1) / MostPixels;
        (int width, int height) = (grid.Width / bin, grid.Height / bin);
        var strip = new RgbImage((rows[0].Count * (width + Gap)) - Gap, (rows.Count * (height + Gap)) - Gap);
        strip.Fill(0, 0, strip.Width, strip.Height, Rgb.White);
        for (int row = 0; row < rows.Count; row++)
        {
            float[][] pictures = [.. rows[row].Select(picture => Bin(picture, grid.Width, width, height, bin))];
            float white = pictures.Average(picture => DisplayRange.FromPercentiles(picture, 0, 99.7).Max);
            for (int column = 0; column < pictures.Length; column++)
            {
                RgbImage one = ColourMap.Inferno.Apply(pictures[column], width, height, new DisplayRange(0, white), gamma: 0.8);
                if (row == 0 && column == 0)
                {
                    ScaleBar.Burn(one, bin * grid.PixelSizeNm, Rgb.White);
                }

                Paste(one, strip, column * (width + Gap), row * (height + Gap));
            }
        }

        PngWriter.Write(path, strip, bin * grid.PixelSizeNm);
    }

    /// <summary>Writes Pearson and SSIM over the slices as an SVG.</summary>
    internal static void WritePlot(string path, VideoScoreReport report)
    {
        long first = report.EachSlice[0].Slice, last = Math.Max(first + 1, report.EachSlice[^1].Slice);
        var svg = new StringBuilder(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"380\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"760\" height=\"380\" fill=\"white\"/>\n");
        for (int tick = 0; tick <= 5; tick++)
        {
            Line($"<line x1=\"50\" x2=\"740\" y1=\"{Y(tick / 5.0):f1}\" y2=\"{Y(tick / 5.0):f1}\" stroke=\"#ddd\"/><text x=\"42\" y=\"{Y(tick / 5.0) + 4:f1}\" text-anchor=\"end\">{tick / 5.0:f1}</text>");
        }

        for (long slice = first; slice <= last; slice += Math.Max(1, (last - first + 4) / 5))
        {
            Line($"<text x=\"{X(slice):f1}\" y=\"318\" text-anchor=\"middle\">{slice}</text>");
        }

        Line($"<text x=\"395\" y=\"338\" text-anchor=\"middle\">slice</text>");
        Curve(slice => slice.Provisional.Ssim, Provisional, "4 3");
        Curve(slice => slice.Provisional.Pearson, Provisional, "none");
        Legend(50, Provisional, $"first published: Pearson {report.Provisional.Pearson:f3} (line), SSIM {report.Provisional.Ssim:f3} (dashes)");
        if (report.Refined is { } refined)
        {
            Curve(slice => slice.Refined!.Ssim, Refined, "4 3");
            Curve(slice => slice.Refined!.Pearson, Refined, "none");
            Legend(450, Refined, $"refined: Pearson {refined.Pearson:f3}, SSIM {refined.Ssim:f3}");
        }

        svg.Append("</svg>\n");
        File.WriteAllText(path, svg.ToString());

        double X(double slice) => 50 + (690 * (slice - first) / (last - first));
        static double Y(double score) => 300 - (280 * Math.Clamp(score, 0, 1));
        void Line(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        void Curve(Func<SliceScore, double> score, string colour, string dashes)
        {
            string points = string.Join(' ', report.EachSlice.Select(slice => FormattableString.Invariant($"{X(slice.Slice):f1},{Y(score(slice)):f1}")));
            Line($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\" stroke-dasharray=\"{dashes}\"/>");
        }

        void Legend(int x, string colour, FormattableString text) =>
            Line($"<rect x=\"{x}\" y=\"356\" width=\"12\" height=\"4\" fill=\"{colour}\"/><text x=\"{x + 18}\" y=\"362\">{text.ToString(CultureInfo.InvariantCulture)}</text>");
    }

    private static float[] Bin(float[] picture, int across, int width, int height, int bin)
    {
        if (bin == 1)
        {
            return picture;
        }

        var binned = new float[width * height];
        for (int y = 0; y < height * bin; y++)
        {
            for (int x = 0; x < width * bin; x++)
            {
                binned[(y / bin * width) + (x / bin)] += picture[(y * across) + x];
            }
        }

        return binned;
    }

    private static void Paste(RgbImage from, RgbImage to, int left, int top)
    {
        for (int y = 0; y < from.Height; y++)
        {
            from.Pixels.AsSpan(3 * y * from.Width, 3 * from.Width).CopyTo(to.Pixels.AsSpan(3 * (((top + y) * to.Width) + left)));
        }
    }
}
