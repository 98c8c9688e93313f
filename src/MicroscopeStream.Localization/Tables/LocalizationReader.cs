namespace MicroscopeStream.Localizations.Tables;

/// <summary>
/// Reads localization tables: ThunderSTORM's CSV (2D and 3D, either spelling of the uncertainty), the SMLM challenge's ground
/// truth, bare <c>frame,x [nm],y [nm]</c>, and DECODE's CSV. The heading decides; columns of other names are passed over.
/// </summary>
/// <remarks>Stateless and thread-safe.</remarks>
public static class LocalizationReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="frameBase">
    /// Number of the first frame in the file; 1 is what all known formats say, 0 is common in tables made by scripts.
    /// </param>
    /// <exception cref="LocalizationFormatException">The content is not a table, or holds an impossible row.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static LocalizationFile Read(string path, int frameBase = 1)
    {
        // Another program may still be writing it.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return Read(stream, Path.GetFileName(path), frameBase);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The text, UTF-8.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="frameBase">Number of the first frame in the file.</param>
    /// <exception cref="LocalizationFormatException">The content is not a table, or holds an impossible row.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static LocalizationFile Read(Stream stream, string name, int frameBase = 1)
    {
        var lines = new CsvLineReader(stream, name);
        ReadOnlySpan<byte> heading = ReadHeading(lines, name);
        if (heading.StartsWith("# DECODE"u8))
        {
            return new DecodeTableReader(name).Read(lines);
        }

        LocalizationColumns columns = LocalizationColumns.Parse(heading, name);
        var parser = new LocalizationRowParser(columns, name, frameBase);
        var table = new LocalizationTable();
        var warnings = new List<string>();
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            if (parser.TryParse(line, out Core.Results.Localization row))
            {
                table.Append(row);
                if (!lines.Terminated)
                {
                    warnings.Add(
                        $"{name}, line {lines.Line}: the last line has no line end, so its last number may be cut short; the row was kept.");
                }
            }
            else if (lines.Terminated)
            {
                throw parser.Problem(lines.Line);
            }
            else
            {
                warnings.Add(
                    $"{name}, line {lines.Line}: the last line is cut short and was left out; the {table.Count} rows before it were kept. "
                    + "The program that wrote the table was probably ended in the middle of it.");
            }
        }

        return new LocalizationFile(table, columns.Format, warnings);
    }

    private static ReadOnlySpan<byte> ReadHeading(CsvLineReader lines, string name)
    {
        if (!lines.TryRead(out ReadOnlySpan<byte> heading))
        {
            throw new LocalizationFormatException(
                name, 1, null, "nothing", "a heading such as frame,x [nm],y [nm]", "The file is empty; check that it is the right one.");
        }

        if (heading.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || heading.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new LocalizationFormatException(name, 1, null, "UTF-16 text", "UTF-8 text", "Save the table as UTF-8.");
        }

        return heading.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? heading[3..] : heading;
    }
}

/// <summary>A localization table as it was read.</summary>
/// <param name="Table">The rows, in the file's order; frames count from 0.</param>
/// <param name="Format">The format that the heading told of.</param>
/// <param name="Warnings">What was odd but could be lived with, one sentence each.</param>
public sealed record LocalizationFile(LocalizationTable Table, LocalizationFormat Format, IReadOnlyList<string> Warnings);
