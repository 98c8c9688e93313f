using System.Globalization;

namespace MicroscopeStream.StructuredIllumination.Optics;

/// <summary>
/// The transfer function of a widefield microscope in focus, radially symmetric, 1 at frequency 0 and 0 beyond 2·NA/λ: the incoherent
/// form (2/π)(arccos s − s√(1 − s²)), s = |k| λ / 2NA (Goodman, Introduction to Fourier Optics, 6.3), times damping^s for what real
/// lenses lose (Müller et al. 2016, 10.1038/ncomms10980); or a measured profile. Immutable and thread-safe.
/// </summary>
public sealed class OpticalTransfer
{
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
        if (profile.Count < 3 || !(stepPerUm > 0) || !(profile[0] > 0) || profile.Any(v => !double.IsFinite(v) || v < 0 || v > 1.001 * profile[0]))
        {
            throw new ArgumentException(
                "A transfer function needs at least three values, the first the largest, none negative, and a positive step.", nameof(profile));
        }

        double[] values = [.. profile.Select(v => Math.Min(1, v / profile[0]))];
        values[^1] = 0;
        return new OpticalTransfer(values, stepPerUm);
    }

    /// <summary>Reads a profile from a text file: lines of frequency (1/µm, from 0, evenly spaced) and value, separated by a comma.</summary>
    /// <param name="path">The file; lines that begin with # are passed over.</param>
    /// <exception cref="FormatException">A line cannot be read, or the frequencies are not evenly spaced from 0.</exception>
    /// <exception cref="ArgumentException">The values are no transfer function.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OpticalTransfer Load(string path)
    {
        var frequencies = new List<double>();
        var values = new List<double>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('#'))
            {
                continue;
            }

            string[] parts = line.Split(',');
            if (parts.Length != 2 || !double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double frequency)
                || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                throw new FormatException($"{path}, line {number}: expected a frequency in 1/µm and a value, separated by a comma.");
            }

            frequencies.Add(frequency);
            values.Add(value);
        }

        double step = frequencies.Count > 1 ? frequencies[1] - frequencies[0] : 0;
        for (int i = 0; i < frequencies.Count; i++)
        {
            if (!(Math.Abs(frequencies[i] - (i * step)) <= 1e-3 * step))
            {
                throw new FormatException($"{path}: frequencies must begin at 0 and be evenly spaced; entry {i + 1} is {frequencies[i]}.");
            }
        }

        return FromProfile(values, step);
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

        if (_profile is null)
        {
            double ideal = Ideal(s);
            return Damping < 1 ? ideal * Math.Pow(Damping, s) : ideal;
        }

        double at = k / _step;
        int i = Math.Min((int)at, _profile.Length - 2);
        return _profile[i] + ((at - i) * (_profile[i + 1] - _profile[i]));
    }

    /// <summary>The ideal incoherent transfer function at a fraction of its cutoff.</summary>
    /// <param name="s">|k| ÷ cutoff, ≥ 0.</param>
    public static double Ideal(double s) => s >= 1 ? 0 : 2 / Math.PI * (Math.Acos(s) - (s * Math.Sqrt(1 - (s * s))));

    private static void Check(double value, double low, double high, string name, string what)
    {
        if (!(value >= low && value <= high))
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"Not {what} of {low} to {high}."));
        }
    }
}
