using System.Globalization;
using System.Text;
using System.Text.Json;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>
/// Reads DECODE's CSV: a line of title, one of the program's and one of the table's metadata (<c>xy_unit</c>, "px" or "nm", and
/// <c>px_size</c>, two numbers in nm, both as comments in JSON), a heading and rows. Conventions there: frames count from 0, x runs
/// along rows and y along columns, 0 is the centre of the first pixel, deviations are <c>…_sig</c> and variances <c>…_cr</c>. A table
/// whose z are all 0 is two-dimensional. The sign of z is kept as it is.
/// </summary>
internal sealed class DecodeTableReader(string file)
{
    private static readonly string[] Required = ["x", "y", "frame_ix"];
    private readonly List<Localization> _rows = [];
    private readonly List<string> _warnings = [];
    private readonly Dictionary<string, int> _columns = [];
    private double[] _values = [];
    private (double X, double Y) _pixel;
    private (double X, double Y) _unit;

    /// <summary>Reads the rest of a table, whose first line was the title.</summary>
    public LocalizationFile Read(CsvLineReader lines)
    {
        ReadMetadata(lines);
        ReadHeading(lines);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            string? problem = TryParse(line);
            if (problem is not null && lines.Terminated)
            {
                throw new LocalizationFormatException(
                    file, lines.Line, null, problem, "one number per column of the heading", "Remove the line, or save the table again.");
            }

            if (!lines.Terminated)
            {
                _warnings.Add(problem is null
                    ? $"{file}, line {lines.Line}: the last line has no line end, so its last number may be cut short; the row was kept."
                    : $"{file}, line {lines.Line}: the last line is cut short and was left out; the {_rows.Count} rows before it were kept.");
            }
        }

        bool flat = _rows.TrueForAll(row => row.Z == 0);
        return new LocalizationFile(
            new LocalizationTable(flat ? _rows.Select(static row => row with { Z = double.NaN }) : _rows), LocalizationFormat.Decode, _warnings);
    }

    private void ReadMetadata(CsvLineReader lines)
    {
        ReadOnlySpan<byte> line = default;
        for (int i = 0; i < 2; i++)
        {
            if (!lines.TryRead(out line) || !line.StartsWith("#"u8))
            {
                throw Metadata(lines, "no metadata", "DECODE writes three lines that begin with #; save the table from DECODE again.");
            }
        }

        string? unit;
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(line.TrimStart("# "u8)));
            JsonElement root = document.RootElement;
            unit = root.GetProperty("xy_unit").GetString();
            JsonElement size = root.GetProperty("px_size");
            if (size.ValueKind != JsonValueKind.Array || size.GetArrayLength() < 2)
            {
                throw Metadata(lines, "no px_size", "Set px_size of the EmitterSet before saving: positions count from a pixel's centre.");
            }

            _pixel = (size[0].GetDouble(), size[1].GetDouble());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or System.FormatException and not LocalizationFormatException)
        {
            throw Metadata(lines, "metadata that cannot be read", "The third line must be # {\"xy_unit\": \"px\" or \"nm\", \"px_size\": [nm, nm]}.");
        }

        bool sensible = _pixel.X is > 1 and < 10_000 && _pixel.Y is > 1 and < 10_000;
        if (unit is not ("px" or "nm") || !sensible)
        {
            throw Metadata(lines, $"xy_unit \"{unit}\", px_size {_pixel.X} × {_pixel.Y}", "The unit must be px or nm, the pixel size nanometres.");
        }

        _unit = unit == "px" ? _pixel : (1, 1);
    }

    private LocalizationFormatException Metadata(CsvLineReader lines, string found, string remedy) =>
        new(file, lines.Line, null, found, "metadata with xy_unit and px_size", remedy);

    private void ReadHeading(CsvLineReader lines)
    {
        if (!lines.TryRead(out ReadOnlySpan<byte> line))
        {
            throw new LocalizationFormatException(file, lines.Line, null, "the end", "a heading", "The file was cut short; save the table again.");
        }

        var fields = new CsvFields(line);
        int index = 0;
        while (fields.MoveNext())
        {
            _columns.TryAdd(Encoding.UTF8.GetString(fields.Current), index++);
        }

        foreach (string name in Required.Where(name => !_columns.ContainsKey(name)))
        {
            throw new LocalizationFormatException(
                file, lines.Line, name, "no such column", "DECODE's columns x, y, z, phot, frame_ix, …", "Check that the file is the right one.");
        }

        _values = new double[index];
    }

    // What is wrong, or null.
    private string? TryParse(ReadOnlySpan<byte> line)
    {
        var fields = new CsvFields(line);
        int index = 0;
        while (fields.MoveNext())
        {
            if (index >= _values.Length)
            {
                return $"more than {_values.Length} columns";
            }

            if (fields.Current.IsEmpty)
            {
                _values[index] = double.NaN;
            }
            else if (!double.TryParse(fields.Current, NumberStyles.Float, CultureInfo.InvariantCulture, out _values[index]))
            {
                return $"\"{Encoding.UTF8.GetString(fields.Current[..Math.Min(fields.Current.Length, 40)])}\"";
            }

            index++;
        }

        double frame = Value("frame_ix"), x = Value("x"), y = Value("y");
        if (index < _values.Length)
        {
            return $"{index} columns";
        }

        // A metre from the corner is no position; beyond it numbers would overflow on their way.
        if (!(Math.Abs(x) < 1e9) || !(Math.Abs(y) < 1e9) || !(frame >= 0 && frame <= long.MaxValue / 2 && frame == Math.Floor(frame)))
        {
            return $"position {x}, {y} in frame {frame}";
        }

        _rows.Add(Compose((long)frame, x, y));
        return null;
    }

    // Their first axis runs along rows: our y.
    private Localization Compose(long frame, double x, double y) => new()
    {
        Frame = frame,
        X = (y * _unit.Y) + (_pixel.Y / 2),
        Y = (x * _unit.X) + (_pixel.X / 2),
        Z = Value("z"),
        Photons = (float)Value("phot"),
        Background = (float)Value("bg"),
        SigmaX = (float)(Deviation("y") * _unit.Y),
        SigmaY = (float)(Deviation("x") * _unit.X),
        SigmaZ = (float)Deviation("z"),
        SigmaPhotons = (float)Deviation("phot"),
        Probability = _columns.ContainsKey("prob") && double.IsFinite(Value("prob")) ? (float)Value("prob") : 1,
    };

    private double Deviation(string name)
    {
        double predicted = Value(name + "_sig");
        return double.IsNaN(predicted) ? Math.Sqrt(Value(name + "_cr")) : predicted;
    }

    private double Value(string name) => _columns.TryGetValue(name, out int index) ? _values[index] : double.NaN;
}
