using System.Globalization;

namespace MicroscopeStream.Benchmarks.Measuring;

/// <summary>Repeated figures: the median is what is quoted.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public double Median
    {
        get
        {
            double[] sorted = [.. _values.Order()];
            return sorted.Length == 0 ? double.NaN
                : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public void Add(double value) => _values.Add(value);

    public string Describe(string format, string unit) => _values.Count == 0
        ? "not measured"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Median.ToString(format, CultureInfo.InvariantCulture)} {unit} ({_values.Min().ToString(format, CultureInfo.InvariantCulture)} to {_values.Max().ToString(format, CultureInfo.InvariantCulture)}, n = {_values.Count})");
}
