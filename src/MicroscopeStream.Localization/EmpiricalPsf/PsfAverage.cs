namespace MicroscopeStream.Localizations.EmpiricalPsf;

/// <summary>Lays all beads' images over one another and makes one spline of them.</summary>
internal static class PsfAverage
{
    // Of the knots' mean weight: holds the outermost, on which little light bears, without bending what is well determined.
    private const double Stiffness = 1e-4;

    /// <summary>
    /// Along x and y the spline passes through the mean of the shifted images; along z, where there are more slices than knots, it is
    /// the one of least squares, each image weighing as many photons as it has.
    /// </summary>
    public static SplinePsf Make(IReadOnlyList<BeadImage> beads, int size, double pixelSizeNm, double lowNm, double highNm, double knotNm)
    {
        int pieces = (int)Math.Floor((highNm - lowNm) / knotNm), planes = pieces + 3, area = size * size;
        double low = lowNm + ((highNm - lowNm - (pieces * knotNm)) / 2);
        var normal = new double[planes, planes];
        var sums = new double[planes][];
        for (int k = 0; k < planes; k++)
        {
            sums[k] = new double[area];
        }

        var shifted = new float[area];
        Span<float> weights = stackalloc float[4];
        foreach (BeadImage bead in beads)
        {
            for (int s = 0; s < bead.Slices; s++)
            {
                double u = (bead.Depth(s) - low) / knotNm;
                if (u < 0 || u > pieces)
                {
                    continue;
                }

                // Knot 0 lies one step below the range.
                int first = Math.Min((int)Math.Floor(u), pieces - 1);
                CubicBSpline.Weights(u - first, weights);
                bead.Shift(s, size, shifted);
                for (int k = 0; k < 4; k++)
                {
                    Add(sums[first + k], shifted, weights[k]);
                    for (int l = 0; l < 4; l++)
                    {
                        normal[first + k, first + l] += bead.Photons * weights[k] * weights[l];
                    }
                }
            }
        }

        Stiffen(normal, planes);
        double[,] factor = Cholesky(normal, planes);
        var coefficients = new float[planes * area];
        var column = new double[planes];
        for (int i = 0; i < area; i++)
        {
            Solve(factor, planes, sums, i, column);
            for (int k = 0; k < planes; k++)
            {
                coefficients[(k * area) + i] = (float)column[k];
            }
        }

        Span<double> scratch = stackalloc double[size];
        for (int k = 0; k < planes; k++)
        {
            Span<float> plane = coefficients.AsSpan(k * area, area);
            for (int i = 0; i < size; i++)
            {
                CubicBSpline.Interpolate(plane[(i * size)..], size, 1, scratch);
            }

            for (int i = 0; i < size; i++)
            {
                CubicBSpline.Interpolate(plane[i..], size, size, scratch);
            }
        }

        return new SplinePsf(coefficients, size, pixelSizeNm, low - knotNm, knotNm);
    }

    private static void Add(double[] sums, float[] image, float weight)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += weight * image[i];
        }
    }

    // A penalty on second differences (Eilers and Marx 1996, 10.1214/ss/1038425655).
    private static void Stiffen(double[,] normal, int planes)
    {
        double trace = 0;
        for (int k = 0; k < planes; k++)
        {
            trace += normal[k, k];
        }

        double weight = Stiffness * trace / planes;
        ReadOnlySpan<double> difference = [1, -2, 1];
        for (int k = 0; k + 2 < planes; k++)
        {
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                {
                    normal[k + i, k + j] += weight * difference[i] * difference[j];
                }
            }
        }
    }

    private static double[,] Cholesky(double[,] a, int n)
    {
        var factor = new double[n, n];
        for (int r = 0; r < n; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                double sum = a[r, c];
                for (int k = 0; k < c; k++)
                {
                    sum -= factor[r, k] * factor[c, k];
                }

                factor[r, c] = r == c ? Math.Sqrt(Math.Max(sum, 1e-300)) : sum / factor[c, c];
            }
        }

        return factor;
    }

    private static void Solve(double[,] factor, int n, double[][] right, int at, double[] solution)
    {
        for (int r = 0; r < n; r++)
        {
            double sum = right[r][at];
            for (int k = 0; k < r; k++)
            {
                sum -= factor[r, k] * solution[k];
            }

            solution[r] = sum / factor[r, r];
        }

        for (int r = n - 1; r >= 0; r--)
        {
            double sum = solution[r];
            for (int k = r + 1; k < n; k++)
            {
                sum -= factor[k, r] * solution[k];
            }

            solution[r] = sum / factor[r, r];
        }
    }
}
