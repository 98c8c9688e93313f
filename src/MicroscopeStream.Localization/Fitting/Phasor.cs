namespace MicroscopeStream.Localizations.Fitting;

/// <summary>
/// Localization from the phase of the first Fourier coefficient along each axis: no iterations
/// (Martens et al. 2018, 10.1063/1.5005899).
/// </summary>
public static class Phasor
{
    /// <summary>Estimates a spot's position.</summary>
    /// <param name="region">Pixels in photons, <paramref name="size"/> × <paramref name="size"/>, row-major (y, x).</param>
    /// <param name="size">Edge of the region, px, 3…15.</param>
    /// <returns>
    /// Position in px from the region's corner (the centre of its first pixel lies at 0.5), photons above background inside the
    /// region, background per px (mean of the darkest side), and the ratio of the phasor magnitudes |x| / |y|, which tells astigmatism.
    /// </returns>
    public static (float X, float Y, float Photons, float Background, float MagnitudeRatio) Locate(ReadOnlySpan<float> region, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 15);
        if (region.Length != size * size)
        {
            throw new ArgumentException($"{region.Length} pixels given for {size} × {size}.", nameof(region));
        }

        Span<float> columns = stackalloc float[size];
        Span<float> rows = stackalloc float[size];
        columns.Clear();
        float total = 0;
        for (int y = 0; y < size; y++)
        {
            float sum = 0;
            for (int x = 0; x < size; x++)
            {
                float value = region[(y * size) + x];
                sum += value;
                columns[x] += value;
            }

            rows[y] = sum;
            total += sum;
        }

        float darkest = MathF.Min(MathF.Min(rows[0], rows[size - 1]), MathF.Min(columns[0], columns[size - 1])) / size;
        (float x0, float magnitudeX) = Phase(columns);
        (float y0, float magnitudeY) = Phase(rows);
        return (x0, y0, total - (darkest * size * size), darkest, magnitudeY > 0 ? magnitudeX / magnitudeY : float.NaN);
    }

    // Sampled at pixel centres i + 0.5, a peak at position c has the phase −2πc/n.
    private static (float Position, float Magnitude) Phase(ReadOnlySpan<float> profile)
    {
        float real = 0, imaginary = 0;
        for (int i = 0; i < profile.Length; i++)
        {
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * (i + 0.5f) / profile.Length);
            real += profile[i] * cos;
            imaginary += profile[i] * sin;
        }

        float turn = MathF.Atan2(imaginary, real) / (2 * MathF.PI);
        return ((turn < 0 ? turn + 1 : turn) * profile.Length, MathF.Sqrt((real * real) + (imaginary * imaginary)));
    }

    /// <summary>An estimate with its precision, by Mortensen's least-squares formula (2010, 10.1038/nmeth.1447), which the phasor comes close to.</summary>
    public static GaussianFit Fit(ReadOnlySpan<float> region, int size, double psfSigma, SingleEmitterOptions options)
    {
        (float x, float y, float photons, float background, _) = Locate(region, size);
        double sigma2 = (psfSigma * psfSigma) + (1.0 / 12);
        double noise = Math.Max(background, 0.01) + (options.ReadVariance / options.ExcessNoiseFactor);
        double variance = sigma2 / photons * ((16.0 / 9) + (8 * Math.PI * sigma2 * noise / photons)) * options.ExcessNoiseFactor;
        float deviation = photons > 0 ? (float)Math.Sqrt(variance) : float.PositiveInfinity;
        return new GaussianFit
        {
            X = x,
            Y = y,
            Photons = photons,
            Background = background,
            PsfSigmaX = (float)psfSigma,
            PsfSigmaY = (float)psfSigma,
            SigmaX = deviation,
            SigmaY = deviation,
            SigmaPhotons = float.NaN,
            ReducedDeviance = 1,
            Converged = photons > 0,
        };
    }
}
