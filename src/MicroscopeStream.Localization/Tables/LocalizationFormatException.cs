namespace MicroscopeStream.Localizations.Tables;

/// <summary>A localization table that cannot be read. The message names file, line, column, what was expected and what to do.</summary>
public sealed class LocalizationFormatException : FormatException
{
    /// <summary>Makes the exception with its message put together from the parts.</summary>
    /// <param name="file">File name, or what the stream was called.</param>
    /// <param name="line">Line in the file, from 1.</param>
    /// <param name="column">Column heading, or null when the whole line is meant.</param>
    /// <param name="found">What stood there.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="remedy">What the user can do.</param>
    public LocalizationFormatException(string file, long line, string? column, string found, string expected, string remedy)
        : base(Compose(file, line, column, found, expected, remedy))
    {
        File = file;
        Line = line;
        Column = column;
        Expected = expected;
        Remedy = remedy;
    }

    /// <summary>File name, or what the stream was called.</summary>
    public string File { get; }

    /// <summary>Line in the file, from 1.</summary>
    public long Line { get; }

    /// <summary>Column heading, or null when the whole line is meant.</summary>
    public string? Column { get; }

    /// <summary>What would have been right.</summary>
    public string Expected { get; }

    /// <summary>What the user can do.</summary>
    public string Remedy { get; }

    private static string Compose(string file, long line, string? column, string found, string expected, string remedy)
    {
        string place = column is null ? $"{file}, line {line}" : $"{file}, line {line}, column \"{column}\"";
        return $"{place}: found {found}, expected {expected}. {remedy}";
    }
}
