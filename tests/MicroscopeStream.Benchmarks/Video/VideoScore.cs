using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Benchmarks.Video;

/// <summary>A video against the truth: means over the slices from one on.</summary>
/// <param name="Pearson">Correlation with the truth.</param>
/// <param name="Ssim">Structural similarity after an affine fit.</param>
/// <param name="FrcNm">Median of the resolution at which the correlation of Fourier rings with the truth falls below 1/7, nm; two pixels where it never does.</param>
internal readonly record struct VideoScore(double Pearson, double Ssim, double FrcNm)
{
    public static VideoScore Of(PixelGrid grid, float[][] video, float[][] truth, int from, double moreBlurPixels = 0)
    {
        var ssim = new StructuralSimilarity(grid);
        var frc = new FourierRingCorrelation(grid);
        GaussianBlur? blur = moreBlurPixels > 0 ? new GaussianBlur(moreBlurPixels) : null;
        var blurred = new float[grid.PixelCount];
        double pearson = 0, similarity = 0;
        var resolutions = new List<double>();
        int slices = 0;
        for (int i = from; i < video.Length; i++)
        {
            float[] picture = video[i];
            if (picture.Length == 0)
            {
                continue;
            }

            if (blur is not null)
            {
                blur.Apply(picture, blurred, grid.Width, grid.Height);
                picture = blurred;
            }

            double r = ImageComparison.Pearson(picture, truth[i]);
            pearson += double.IsNaN(r) ? 0 : r;
            similarity += ssim.Compare(picture, truth[i]);

            // Every fifth: rings change slowly, and take longest.
            if (i % 5 == 0)
            {
                FrcCurve curve = frc.Correlate(picture, truth[i]);
                resolutions.Add(curve.Outcome switch
                {
                    FrcOutcome.FinerThanPixels => 2 * grid.PixelSizeNm,
                    FrcOutcome.NoAgreement => double.PositiveInfinity,
                    _ => curve.ResolutionNm,
                });
            }

            slices++;
        }

        resolutions.Sort();
        return new VideoScore(pearson / slices, similarity / slices, resolutions[resolutions.Count / 2]);
    }

    /// <summary>Pearson alone, for choosing in hindsight.</summary>
    public static double PearsonOf(PixelGrid grid, float[][] video, float[][] truth, int from, double moreBlurPixels)
    {
        GaussianBlur? blur = moreBlurPixels > 0 ? new GaussianBlur(moreBlurPixels) : null;
        var blurred = new float[grid.PixelCount];
        return Enumerable.Range(from, video.Length - from).Average(i =>
        {
            float[] picture = video[i];
            if (blur is not null)
            {
                blur.Apply(picture, blurred, grid.Width, grid.Height);
                picture = blurred;
            }

            double r = ImageComparison.Pearson(picture, truth[i]);
            return double.IsNaN(r) ? 0 : r;
        });
    }
}
