using System.Globalization;
using System.Text;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>Parses the rows of one table. Not thread-safe: the last problem is kept for its message.</summary>
internal sealed class LocalizationRowParser(LocalizationColumns columns, string file, int frameBase)
{
    private readonly double[] _values = new double[Enum.GetValues<LocalizationColumn>().Length];
    private string? _column;
    private string _found = string.Empty;
    private string _expected = string.Empty;
    private string _remedy = string.Empty;

    /// <summary>Parses a line; on false, <see cref="Problem"/> says why.</summary>
    public bool TryParse(ReadOnlySpan<byte> line, out Localization row)
    {
        row = default;
        Array.Fill(_values, double.NaN);
        var fields = new CsvFields(line);
        int index = 0;
        while (fields.MoveNext())
        {
            if (index >= columns.Kinds.Length)
            {
                // A comma at the end of each line is a common slip that harms nothing.
                if (fields.Current.IsEmpty)
                {
                    continue;
                }

                return Fail(
                    null,
                    $"more than {columns.Kinds.Length} columns",
                    $"{columns.Kinds.Length}, as the heading says",
                    "Decimal commas are not understood; use points.");
            }

            if (columns.Kinds[index] != LocalizationColumn.Ignored && !ParseField(fields.Current, index))
            {
                return false;
            }

            index++;
        }

        if (index < columns.Kinds.Length)
        {
            return Fail(
                null, $"{index} columns", $"{columns.Kinds.Length}, as the heading says", "Remove the line, or write the table again.");
        }

        row = Compose();
        return true;
    }

    /// <summary>Why the last line could not be parsed.</summary>
    public LocalizationFormatException Problem(long line) => new(file, line, _column, _found, _expected, _remedy);

    private bool ParseField(ReadOnlySpan<byte> field, int index)
    {
        LocalizationColumn kind = columns.Kinds[index];
        bool required = kind is LocalizationColumn.Frame or LocalizationColumn.X or LocalizationColumn.Y;
        string name = columns.Names[index];
        if (field.IsEmpty)
        {
            return !required || Fail(name, "nothing", "a number", "Remove the row, or fill in the value.");
        }

        if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return Fail(name, Quote(field), "a number with a decimal point", "Correct the value, or write the table again.");
        }

        if (kind == LocalizationColumn.Frame)
        {
            return CheckFrame(value, name, field);
        }

        if (double.IsInfinity(value) || double.IsInfinity((float)value))
        {
            return Fail(name, Quote(field), "a finite number", "An infinite or huge value means that the fit failed: remove the row.");
        }

        if (required && double.IsNaN(value))
        {
            return Fail(name, "NaN", "a position in nm", "A row without a position is no localization: remove it.");
        }

        _values[(int)kind] = value;
        return true;
    }

    private bool CheckFrame(double value, string name, ReadOnlySpan<byte> field)
    {
        // 2^53: beyond it a double no longer tells neighbouring frames apart.
        if (!(Math.Abs(value) <= 9007199254740992) || value != Math.Floor(value))
        {
            return Fail(name, Quote(field), "a whole number", "Frames are counted; correct the value.");
        }

        if (value < frameBase)
        {
            string remedy = value == 0
                ? "This table seems to count frames from 0: add 1 to every frame."
                : "Remove the row, or correct the frame.";
            return Fail(name, $"frame {Quote(field)}", $"{frameBase} or more", remedy);
        }

        _values[(int)LocalizationColumn.Frame] = value;
        return true;
    }

    private Localization Compose()
    {
        float width = Single(LocalizationColumn.PsfSigma);
        float first = Single(LocalizationColumn.PsfSigma1), second = Single(LocalizationColumn.PsfSigma2);
        float uncertainty = Single(LocalizationColumn.Uncertainty);
        return new Localization
        {
            Frame = (long)_values[(int)LocalizationColumn.Frame] - frameBase,
            X = _values[(int)LocalizationColumn.X],
            Y = _values[(int)LocalizationColumn.Y],
            Z = _values[(int)LocalizationColumn.Z],
            Photons = Single(LocalizationColumn.Photons),
            Background = Single(LocalizationColumn.Background),
            BackgroundStd = Single(LocalizationColumn.BackgroundStd),
            PsfSigmaX = float.IsNaN(first) ? width : first,
            PsfSigmaY = float.IsNaN(second) ? width : second,
            SigmaX = uncertainty,
            SigmaY = uncertainty,
            SigmaZ = Single(LocalizationColumn.UncertaintyZ),
        };
    }

    private float Single(LocalizationColumn column) => (float)_values[(int)column];

    private bool Fail(string? column, string found, string expected, string remedy)
    {
        (_column, _found, _expected, _remedy) = (column, found, expected, remedy);
        return false;
    }

    private static string Quote(ReadOnlySpan<byte> field)
    {
        string text = Encoding.UTF8.GetString(field.Length > 40 ? field[..40] : field);
        return $"\"{text}\"";
    }
}
