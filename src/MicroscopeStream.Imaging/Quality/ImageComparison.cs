namespace MicroscopeStream.Imaging.Quality;

/// <summary>How alike two images are whose intensities need not have the same scale.</summary>
public static class ImageComparison
{
    /// <summary>Pearson's correlation of the pixels, −1…1; NaN when either image is constant.</summary>
    /// <param name="image">One image, in any pixel order.</param>
    /// <param name="reference">The other, in the same order.</param>
    /// <exception cref="ArgumentException">The images differ in size or are empty.</exception>
    public static double Pearson(ReadOnlySpan<float> image, ReadOnlySpan<float> reference)
    {
        Moments m = Measure(image, reference);
        return m.Covariance / Math.Sqrt(m.ImageVariance * m.ReferenceVariance);
    }

    /// <summary>
    /// Peak signal-to-noise ratio after the best affine fit (least squares, a · image + b) of the image's intensities to the
    /// reference's: 20 log₁₀(peak-to-peak of the reference ÷ root mean square of what remains), dB; ∞ when nothing remains.
    /// </summary>
    /// <param name="image">The image to judge.</param>
    /// <param name="reference">What it should look like, in the same pixel order.</param>
    /// <exception cref="ArgumentException">The images differ in size or are empty.</exception>
    public static double AffinePsnr(ReadOnlySpan<float> image, ReadOnlySpan<float> reference)
    {
        Moments m = Measure(image, reference);
        double slope = m.ImageVariance > 0 ? m.Covariance / m.ImageVariance : 0;

        // Summed over the pixels rather than taken from the moments, where nearly equal numbers would cancel.
        double squares = 0;
        for (int i = 0; i < image.Length; i++)
        {
            double rest = (slope * (image[i] - m.ImageMean)) - (reference[i] - m.ReferenceMean);
            squares += rest * rest;
        }

        return 20 * Math.Log10(m.ReferencePeakToPeak / Math.Sqrt(squares / image.Length));
    }

    private static Moments Measure(ReadOnlySpan<float> image, ReadOnlySpan<float> reference)
    {
        if (image.Length != reference.Length || image.IsEmpty)
        {
            throw new ArgumentException($"Images of {image.Length} and {reference.Length} pixels cannot be compared.");
        }

        double imageMean = 0, referenceMean = 0;
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        for (int i = 0; i < image.Length; i++)
        {
            imageMean += image[i];
            referenceMean += reference[i];
            least = Math.Min(least, reference[i]);
            most = Math.Max(most, reference[i]);
        }

        imageMean /= image.Length;
        referenceMean /= image.Length;
        double xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < image.Length; i++)
        {
            double x = image[i] - imageMean, y = reference[i] - referenceMean;
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }

        return new Moments(imageMean, referenceMean, xx / image.Length, yy / image.Length, xy / image.Length, (double)most - least);
    }

    private readonly record struct Moments(
        double ImageMean, double ReferenceMean, double ImageVariance, double ReferenceVariance, double Covariance, double ReferencePeakToPeak);
}
