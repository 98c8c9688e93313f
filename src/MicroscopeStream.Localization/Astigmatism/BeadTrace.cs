using MicroscopeStream.Localizations.Fitting;

namespace MicroscopeStream.Localizations.Astigmatism;

/// <summary>One bead through the stack: its widths where they could be fitted.</summary>
/// <param name="x">Column of its brightest pixel.</param>
/// <param name="y">Row of its brightest pixel.</param>
/// <param name="regionSize">Edge of the region around that pixel that was fitted, px.</param>
internal sealed class BeadTrace(int x, int y, int regionSize)
{
    /// <summary>Column of its brightest pixel.</summary>
    public int X => x;

    /// <summary>Row of its brightest pixel.</summary>
    public int Y => y;

    /// <summary>Edge of the region around that pixel that was fitted, px: the fits' positions count from its corner.</summary>
    public int RegionSize => regionSize;

    /// <summary>Whether the stack went through its focus more than once, forth and back.</summary>
    public bool Returns { get; private set; }

    /// <summary>Stage position, nm, and fit of each slice that was fitted.</summary>
    public List<(double Z, GaussianFit Fit)> Fits { get; } = [];

    /// <summary>Stage position where both widths are equal, nm; NaN when they never are.</summary>
    public double Crossing { get; private set; } = double.NaN;

    /// <summary>Largest distance from the mean position, px.</summary>
    public double Wander()
    {
        double x = Fits.Average(f => f.Fit.X), y = Fits.Average(f => f.Fit.Y);
        return Fits.Max(f => Math.Sqrt(((f.Fit.X - x) * (f.Fit.X - x)) + ((f.Fit.Y - y) * (f.Fit.Y - y))));
    }

    /// <summary>
    /// Finds the crossing: a straight line through √σx − √σy over the slices nearest to the change of sign, which holds longest.
    /// </summary>
    public void FindCrossing()
    {
        double best = double.NegativeInfinity, rising = 0, falling = 0;
        int at = -1;
        double[] difference = [.. Fits.Select(f => Math.Sqrt(f.Fit.PsfSigmaX) - Math.Sqrt(f.Fit.PsfSigmaY))];
        for (int i = 1; i < difference.Length; i++)
        {
            if (difference[i - 1] * difference[i] <= 0)
            {
                // Of several the one with the most one-sided surroundings: far out of focus the widths cross by chance.
                double before = difference.Take(i).TakeLast(8).Average(), after = difference.Skip(i).Take(8).Average();
                double contrast = Math.Abs(after - before);
                (rising, falling) = (Math.Max(rising, after - before), Math.Max(falling, before - after));
                (best, at) = contrast > best ? (contrast, i) : (best, at);
            }
        }

        if (at < 0)
        {
            return;
        }

        // One lens crosses one way; a crossing back that is half as clear is no noise.
        Returns = Math.Min(rising, falling) > 0.5 * best;

        int first = Math.Max(0, at - 4), end = Math.Min(difference.Length, at + 4);
        double n = end - first, z = 0, d = 0, zz = 0, zd = 0;
        for (int i = first; i < end; i++)
        {
            (z, d) = (z + (Fits[i].Z / n), d + (difference[i] / n));
        }

        for (int i = first; i < end; i++)
        {
            (zz, zd) = (zz + ((Fits[i].Z - z) * (Fits[i].Z - z)), zd + ((Fits[i].Z - z) * (difference[i] - d)));
        }

        double crossing = z - (d * zz / zd);
        double low = Math.Min(Fits[first].Z, Fits[end - 1].Z), high = Math.Max(Fits[first].Z, Fits[end - 1].Z);
        Crossing = crossing >= low && crossing <= high ? crossing : double.NaN;
    }

    /// <summary>Root mean square of the relative difference between the widths and the curves.</summary>
    public double Residual(DefocusCurve x, DefocusCurve y, double pixel)
    {
        double sum = 0;
        foreach ((double z, GaussianFit fit) in Fits)
        {
            double rx = (fit.PsfSigmaX * pixel / x.At(z - Crossing)) - 1, ry = (fit.PsfSigmaY * pixel / y.At(z - Crossing)) - 1;
            sum += (rx * rx) + (ry * ry);
        }

        return Math.Sqrt(sum / (2 * Fits.Count));
    }
}
