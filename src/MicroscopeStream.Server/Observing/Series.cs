using System.Globalization;
using System.Text;

namespace MicroscopeStream.Server.Observing;

/// <summary>One line, or one histogram, of an instrument: what was measured under one set of tags.</summary>
/// <remarks>Thread-safe. Measuring allocates nothing.</remarks>
internal sealed class Series(string labels, double[]? boundaries)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[(boundaries?.Length ?? -1) + 1];
    private double _value;
    private long _count;

    /// <summary>Adds to a counter.</summary>
    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    /// <summary>Replaces a value that is observed.</summary>
    public void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }

    /// <summary>Counts a value into its bucket.</summary>
    public void Record(double value)
    {
        int bucket = Array.BinarySearch(boundaries!, value);
        bucket = bucket < 0 ? ~bucket : bucket;
        lock (_lock)
        {
            _value += value;
            _count++;
            _counts[bucket]++;
        }
    }

    /// <summary>Writes it in Prometheus's text format.</summary>
    public void Write(StringBuilder text, string name)
    {
        lock (_lock)
        {
            if (boundaries is null)
            {
                Line(text, name, labels, _value);
                return;
            }

            long below = 0;
            string comma = labels.Length > 0 ? "," : string.Empty;
            for (int i = 0; i < _counts.Length; i++)
            {
                below += _counts[i];
                string limit = i < boundaries.Length ? boundaries[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", $"{labels}{comma}le=\"{limit}\"", below);
            }

            Line(text, name + "_sum", labels, _value);
            Line(text, name + "_count", labels, _count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        }).Append('\n');
    }
}
