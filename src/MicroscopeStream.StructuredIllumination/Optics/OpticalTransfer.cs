using System.Globalization;

namespace MicroscopeStream.StructuredIllumination.Optics;

/// <summary>
/// The transfer function of a widefield microscope in focus, radially symmetric, 1 at frequency 0 and 0 beyond 2·NA/λ: the incoherent
/// form (2/π)(arccos s − s√(1 − s²)), s = |k| λ / 2NA (Goodman, Introduction to Fourier Optics, 6.3), times damping^s for what real
/// lenses lose (Müller et al. 2016, 10.1038/ncomms10980); or a measured profile. Immutable and thread-safe.
/// </summary>
public sealed class OpticalTransfer
{
    /// <summary>Measured profiles are noisy where they are highest.</summary>
    private const double MostAboveFirst = 1.001;

    private readonly double[]? _profile;
    private readonly double _step;

    /// <summary>The transfer function of a lens.</summary>
    /// <param name="numericalAperture">Numerical aperture, 0.05…1.7.</param>
    /// <param name="wavelengthNm">Wavelength of emission in vacuum, nm, 200…2000.</param>
    /// <param name="damping">Loss at the highest frequency as a factor, 0.01…1; 1 is the ideal lens. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public OpticalTransfer(double numericalAperture, double wavelengthNm, double damping = 1)
    {
        Check(numericalAperture, 0.05, 1.7, nameof(numericalAperture), "a numerical aperture");
        Check(wavelengthNm, 200, 2000, nameof(wavelengthNm), "a wavelength in nm");
        Check(damping, 0.01, 1, nameof(damping), "a damping");
        (NumericalAperture, WavelengthNm, Damping) = (numericalAperture, wavelengthNm, damping);
        CutoffPerUm = 2000 * numericalAperture / wavelengthNm;
    }

    private OpticalTransfer(OpticalTransfer other, double damping)
    {
        (_profile, _step, Damping) = (other._profile, other._step, damping);
        (NumericalAperture, WavelengthNm, CutoffPerUm) = (other.NumericalAperture, other.WavelengthNm, other.CutoffPerUm);
    }

    private OpticalTransfer(double[] profile, double step)
    {
        (_profile, _step) = (profile, step);
        (NumericalAperture, WavelengthNm, Damping) = (double.NaN, double.NaN, 1);
        CutoffPerUm = step * (profile.Length - 1);
    }

    /// <summary>Numerical aperture; NaN for a measured profile.</summary>
    public double NumericalAperture { get; }

    /// <summary>Wavelength of emission, nm; NaN for a measured profile.</summary>
    public double WavelengthNm { get; }

    /// <summary>Loss at the highest frequency as a factor.</summary>
    public double Damping { get; }

    /// <summary>Highest frequency that passes, 1/µm: 2·NA/λ.</summary>
    public double CutoffPerUm { get; }

    /// <summary>Makes a transfer function of a measured profile.</summary>
    /// <param name="profile">Values at frequencies 0, step, 2·step …; divided by the first; the last is taken as 0.</param>
    /// <param name="stepPerUm">Distance of the frequencies, 1/µm, &gt; 0.</param>
    /// <exception cref="ArgumentException">Fewer than three values, a negative or endless one, or a step that is not positive.</exception>
    public static OpticalTransfer FromProfile(IReadOnlyList<double> profile, double stepPerUm)
    {
        if (profile.Count < 3 || !(stepPerUm > 0) || !(profile[0] > 0) || profile.Any(v => !double.IsFinite(v) || v < 0 || v > MostAboveFirst * profile[0]))
        {
            throw new ArgumentException(
                "A transfer function needs at least three values, the first the largest, none negative, and a positive step.", nameof(profile));
        }

        double[] values = [.. profile.Select(v => Math.Min(1, v / profile[0]))];
        values[^1] = 0;
        return new OpticalTransfer(values, stepPerUm);
    }

    /// <summary>Reads a profile from a text file, as <see cref="Parse"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file cannot be understood; the message names it and the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OpticalTransfer Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}, {e.Message}", e);
        }
    }

    /// <summary>Reads a profile from text: lines of frequency (1/µm, from 0, evenly spaced) and value, separated by a comma.</summary>
    /// <param name="text">The lines; empty ones and those that begin with # are passed over.</param>
    /// <exception cref="FormatException">It is no such profile; the message names the line.</exception>
    public static OpticalTransfer Parse(string text)
    {
        var entries = new List<(int Line, double Frequency, double Value)>();
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace() || line.TrimStart()[0] == '#')
            {
                continue;
            }

            int comma = line.IndexOf(',');
            if (comma < 0 || !double.TryParse(line[..comma], NumberStyles.Float, CultureInfo.InvariantCulture, out double frequency)
                || !double.TryParse(line[(comma + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                || !double.IsFinite(frequency) || !double.IsFinite(value))
            {
                throw new FormatException($"line {number}: expected a frequency in 1/µm and a value, separated by a comma.");
            }

            entries.Add((number, frequency, value));
        }

        if (entries.Count < 3)
        {
            throw new FormatException($"line {number}: {entries.Count} value(s); a transfer function needs at least three.");
        }

        double step = entries[1].Frequency - entries[0].Frequency;
        for (int i = 0; i < entries.Count; i++)
        {
            (int line, double frequency, double value) = entries[i];
            if (!(step > 0) || !(Math.Abs(frequency - (i * step)) <= 1e-3 * step))
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture, $"line {line}: frequencies must begin at 0, rise and be evenly spaced; {i * step:G6} was expected, {frequency:G6} found."));
            }

            if (!(entries[0].Value > 0) || value < 0 || value > MostAboveFirst * entries[0].Value)
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture, $"line {line}: a value of {value:G6}; none may be negative, and the first, {entries[0].Value:G6}, must be the largest."));
            }
        }

        return FromProfile([.. entries.Select(e => e.Value)], step);
    }

    /// <summary>The same with losses that grow with frequency.</summary>
    /// <param name="damping">Loss at the highest frequency as a factor, 0.01…1; 1: none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside its range.</exception>
    public OpticalTransfer WithDamping(double damping)
    {
        Check(damping, 0.01, 1, nameof(damping), "a damping");
        return new OpticalTransfer(this, damping);
    }

    /// <summary>Its value at a frequency, 0…1.</summary>
    /// <param name="kx">Frequency along x, 1/µm.</param>
    /// <param name="ky">Frequency along y, 1/µm.</param>
    public double At(double kx, double ky) => At(Math.Sqrt((kx * kx) + (ky * ky)));

    /// <summary>Its value at a distance from frequency 0, 0…1.</summary>
    /// <param name="k">|k|, 1/µm, ≥ 0.</param>
    public double At(double k)
    {
        double s = k / CutoffPerUm;
        if (s >= 1)
        {
            return 0;
        }

        double value = _profile is null ? Ideal(s) : Interpolated(_profile, k / _step);
        return Damping < 1 ? value * Math.Pow(Damping, s) : value;
    }

    /// <summary>The ideal incoherent transfer function at a fraction of its cutoff.</summary>
    /// <param name="s">|k| ÷ cutoff, ≥ 0.</param>
    public static double Ideal(double s) => s >= 1 ? 0 : 2 / Math.PI * (Math.Acos(s) - (s * Math.Sqrt(1 - (s * s))));

    private static double Interpolated(double[] profile, double at)
    {
        int i = Math.Min((int)at, profile.Length - 2);
        return profile[i] + ((at - i) * (profile[i + 1] - profile[i]));
    }

    private static void Check(double value, double low, double high, string name, string what)
    {
        if (!(value >= low && value <= high))
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"Not {what} of {low} to {high}."));
        }
    }
}
