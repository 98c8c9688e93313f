using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Quality;

namespace MicroscopeStream.Cli.Reports;

/// <summary>How alike one picture and the truth of its slice are.</summary>
/// <param name="Pearson">Correlation of the pixels; 0 for an even picture.</param>
/// <param name="Ssim">Structural similarity after the best affine fit of the intensities.</param>
/// <param name="FrcNm">Resolution at which the correlation of Fourier rings falls below 1/7, nm; two pixels where it never does; null: no agreement.</param>
internal sealed record PictureScore(double Pearson, double Ssim, double? FrcNm);

/// <summary>Means over the slices that were compared.</summary>
/// <param name="Pearson">Mean correlation.</param>
/// <param name="Ssim">Mean structural similarity.</param>
/// <param name="FrcNm">Median resolution, nm; null: most pictures agree with the truth nowhere.</param>
internal sealed record SeriesScore(double Pearson, double Ssim, double? FrcNm);

/// <summary>The scores of one slice.</summary>
/// <param name="Slice">Its number, from 0.</param>
/// <param name="Provisional">Of the picture as first published.</param>
/// <param name="Refined">Of the refined one; null: there is no refined series.</param>
internal sealed record SliceScore(long Slice, PictureScore Provisional, PictureScore? Refined);

/// <summary>A video against the truth.</summary>
internal sealed record VideoScoreReport
{
    /// <summary>Slices compared.</summary>
    public required int Slices { get; init; }

    /// <summary>As first published.</summary>
    public required SeriesScore Provisional { get; init; }

    /// <summary>As refined; null: there is no refined series.</summary>
    public required SeriesScore? Refined { get; init; }

    /// <summary>Slice by slice.</summary>
    public required IReadOnlyList<SliceScore> EachSlice { get; init; }

    internal static VideoScoreReport Of(IReadOnlyList<SliceScore> slices) => new()
    {
        Slices = slices.Count,
        Provisional = Mean([.. slices.Select(slice => slice.Provisional)]),
        Refined = slices[0].Refined is null ? null : Mean([.. slices.Select(slice => slice.Refined!)]),
        EachSlice = slices,
    };

    private static SeriesScore Mean(PictureScore[] scores)
    {
        // Of an even number the finer of the two in the middle, which keeps the median one of the measured figures.
        double median = scores.Select(score => score.FrcNm ?? double.PositiveInfinity).Order().ElementAt((scores.Length - 1) / 2);
        return new SeriesScore(
            Math.Round(scores.Average(score => score.Pearson), 4), Math.Round(scores.Average(score => score.Ssim), 4), double.IsFinite(median) ? median : null);
    }
}

/// <summary>Compares pictures of a video with their truth. Not thread-safe: it keeps its working memory.</summary>
internal sealed class PictureComparison(PixelGrid grid)
{
    private readonly StructuralSimilarity _similarity = new(grid);
    private readonly FourierRingCorrelation _rings = new(grid);

    internal PictureScore Compare(float[] picture, float[] truth)
    {
        double pearson = ImageComparison.Pearson(picture, truth);
        FrcCurve curve = _rings.Correlate(picture, truth);
        double? resolution = curve.Outcome switch
        {
            FrcOutcome.FinerThanPixels => 2 * grid.PixelSizeNm,
            FrcOutcome.NoAgreement => null,
            _ => curve.ResolutionNm,
        };
        return new PictureScore(
            double.IsNaN(pearson) ? 0 : Math.Round(pearson, 4), Math.Round(_similarity.Compare(picture, truth), 4), resolution is { } nm ? Math.Round(nm, 1) : null);
    }
}
