using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MicroscopeStream.Server.Observing;

/// <summary>Everything that one instrument measured, by its tags, under the name that Prometheus gives it.</summary>
/// <remarks>Thread-safe. Measuring with at most one tag allocates nothing once the tag's value is known.</remarks>
internal sealed class InstrumentLog
{
    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    private readonly ConcurrentDictionary<object, Series> _series = new();
    private readonly Instrument _instrument;
    private readonly Kind _kind;
    private readonly bool _observed;
    private readonly double[]? _boundaries;
    private readonly string _name;

    /// <summary>Starts empty.</summary>
    public InstrumentLog(Instrument instrument)
    {
        _instrument = instrument;
        _observed = instrument.IsObservable;
        string type = instrument.GetType().Name;
        _kind = type.StartsWith("Histogram", StringComparison.Ordinal) ? Kind.Histogram
            : type.Contains("UpDown", StringComparison.Ordinal) || type.Contains("Gauge", StringComparison.Ordinal) ? Kind.Gauge
            : Kind.Counter;
        _boundaries = _kind != Kind.Histogram ? null
            : (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? [0.001, 0.01, 0.1, 1, 10, 100];
        _name = NameOf(instrument.Name, instrument.Unit, _kind);
    }

    /// <summary>Takes a measurement.</summary>
    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Series series = Find(tags);
        if (_kind == Kind.Histogram)
        {
            series.Record(value);
        }
        else if (_observed)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Forgets what will be observed anew: a session that has gone must not stay.</summary>
    public void BeginObservation()
    {
        if (_observed)
        {
            _series.Clear();
        }
    }

    /// <summary>Writes all of it.</summary>
    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        text.Append("# HELP ").Append(_name).Append(' ').Append((_instrument.Description ?? string.Empty).Replace('\n', ' ')).Append('\n');
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (Series series in _series.Values)
        {
            series.Write(text, _name);
        }
    }

    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // The value of the only tag is its own key; of several, their text.
        object key = tags.Length == 0 ? string.Empty : tags.Length == 1 ? tags[0].Value ?? string.Empty : Labels(tags);
        return _series.TryGetValue(key, out Series? known) ? known : _series.GetOrAdd(key, new Series(Labels(tags), _boundaries));
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach ((string name, object? value) in tags)
        {
            string words = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
            text.Append(text.Length > 0 ? "," : string.Empty).Append(Clean(name)).Append("=\"")
                .Append(words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.ToString();
    }

    // As OpenTelemetry's specification maps names: the unit spelled out, "_total" on counters.
    private static string NameOf(string name, string? unit, Kind kind)
    {
        string suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "%" => "_percent",
            _ => string.Empty,
        };
        string clean = Clean(name);
        return (clean.EndsWith(suffix, StringComparison.Ordinal) ? clean : clean + suffix) + (kind == Kind.Counter ? "_total" : string.Empty);
    }

    private static string Clean(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
