using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Benchmarks.Viewers;

/// <summary>What one preview takes to make after a frame's localizations were drawn: the whole image, and only what changed.</summary>
internal static class PreviewCost
{
    private const int Rounds = 60;

    public static void Run(int edge, double pixelNm, int perFrame)
    {
        var grid = new PixelGrid(edge, edge, pixelNm);
        var renderer = new GaussianRenderer(grid, GaussianWidth.FromPrecision(pixelNm / 2, 4 * pixelNm, pixelNm));
        var random = new Random(1);
        Localization[] frame = new Localization[perFrame];
        float[] whole = new float[grid.PixelCount], kept = new float[grid.PixelCount];
        byte[] plane = new byte[grid.PixelCount];
        var converter = new PreviewConverter(edge);
        var preview = new LivePreview(grid, edge);
        var changed = new ChangedTiles(grid);
        var (draw, all, part, tiles) = (new List<double>(), new List<double>(), new List<double>(), 0);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < frame.Length; i++)
            {
                frame[i] = new Localization { Frame = round, X = random.NextDouble() * grid.WidthNm, Y = random.NextDouble() * grid.HeightNm, SigmaX = 15, SigmaY = 15 };
            }

            draw.Add(Milliseconds(() => renderer.Add(frame)));
            all.Add(Milliseconds(() =>
            {
                renderer.CopyTo(whole);
                converter.Convert(whole, grid, plane);
            }));
            part.Add(Milliseconds(() =>
            {
                renderer.CopyChangesTo(kept, changed);
                preview.Update(kept, changed);
                preview.Codes.CopyTo(plane);
            }));
            tiles += changed.Count;
        }

        double share = (double)tiles / Rounds / Math.Pow(Math.Ceiling(edge / (double)ChangedTiles.Edge), 2);
        Console.WriteLine($"{edge,4} px  {perFrame,5} localizations/frame  draw {Median(draw),6:F2} ms  whole image {Median(all),6:F2} ms  what changed ({share:P0} of the tiles) {Median(part),6:F2} ms");
    }

    private static double Milliseconds(Action work)
    {
        long start = TimeProvider.System.GetTimestamp();
        work();
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
