using System.Text;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>What a column of a table holds.</summary>
internal enum LocalizationColumn
{
    Ignored = 0,
    Frame,
    X,
    Y,
    Z,
    Photons,
    Background,
    BackgroundStd,
    PsfSigma,
    PsfSigma1,
    PsfSigma2,
    Uncertainty,
    UncertaintyZ,
}

/// <summary>The heading of a table: which column holds what, and so which format it is.</summary>
internal sealed class LocalizationColumns
{
    private LocalizationColumns(LocalizationColumn[] kinds, string[] names, LocalizationFormat format)
    {
        Kinds = kinds;
        Names = names;
        Format = format;
    }

    public LocalizationColumn[] Kinds { get; }

    public string[] Names { get; }

    public LocalizationFormat Format { get; }

    /// <summary>Understands a heading.</summary>
    /// <exception cref="LocalizationFormatException">It lacks a column, names one twice, or is no heading.</exception>
    public static LocalizationColumns Parse(ReadOnlySpan<byte> line, string file)
    {
        var kinds = new List<LocalizationColumn>();
        var names = new List<string>();
        var fields = new CsvFields(line);
        while (fields.MoveNext())
        {
            string name = Encoding.UTF8.GetString(fields.Current);
            LocalizationColumn kind = Kind(name);
            if (kind != LocalizationColumn.Ignored && kinds.Contains(kind))
            {
                throw new LocalizationFormatException(
                    file, 1, name, "a second column of this meaning", "each column once", "Remove one of the two columns.");
            }

            kinds.Add(kind);
            names.Add(name);
        }

        Require(LocalizationColumn.Frame, "frame");
        Require(LocalizationColumn.X, "x [nm]");
        Require(LocalizationColumn.Y, "y [nm]");
        return new LocalizationColumns([.. kinds], [.. names], FormatOf(kinds, names));

        void Require(LocalizationColumn kind, string name)
        {
            if (!kinds.Contains(kind))
            {
                throw new LocalizationFormatException(
                    file, 1, name, Describe(names), $"a heading with the column \"{name}\"", Remedy(names, name));
            }
        }
    }

    private static LocalizationColumn Kind(string name) => name switch
    {
        "frame" => LocalizationColumn.Frame,
        "x [nm]" or "xnano" => LocalizationColumn.X,
        "y [nm]" or "ynano" => LocalizationColumn.Y,
        "z [nm]" or "znano" => LocalizationColumn.Z,
        "intensity [photon]" or "intensity" => LocalizationColumn.Photons,
        "offset [photon]" => LocalizationColumn.Background,
        "bkgstd [photon]" => LocalizationColumn.BackgroundStd,
        "sigma [nm]" => LocalizationColumn.PsfSigma,
        "sigma1 [nm]" => LocalizationColumn.PsfSigma1,
        "sigma2 [nm]" => LocalizationColumn.PsfSigma2,
        "uncertainty [nm]" or "uncertainty_xy [nm]" => LocalizationColumn.Uncertainty,
        "uncertainty_z [nm]" => LocalizationColumn.UncertaintyZ,
        _ => LocalizationColumn.Ignored,
    };

    private static LocalizationFormat FormatOf(List<LocalizationColumn> kinds, List<string> names)
    {
        if (names.Contains("xnano"))
        {
            return LocalizationFormat.Challenge;
        }

        if (kinds.Contains(LocalizationColumn.Z) || kinds.Contains(LocalizationColumn.PsfSigma1))
        {
            return LocalizationFormat.ThunderStorm3D;
        }

        return kinds.Exists(kind => kind > LocalizationColumn.Y) ? LocalizationFormat.ThunderStorm2D : LocalizationFormat.BareTruth;
    }

    private static string Describe(List<string> names)
    {
        string text = string.Join(", ", names.Select(name => $"\"{name}\""));
        return text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 200), "…");
    }

    private static string Remedy(List<string> names, string wanted)
    {
        if (names.Exists(name => name.Contains(';', StringComparison.Ordinal) || name.Contains('\t', StringComparison.Ordinal)))
        {
            return "Save the table with commas between the columns and points in the numbers.";
        }

        string axis = wanted[..1];
        return names.Exists(name => name == axis || name == $"{axis} [px]" || name == $"{axis}_pix")
            ? "Convert the positions from pixels to nm (position × pixel size) and name the columns accordingly."
            : "Known are ThunderSTORM's CSV, the SMLM challenge's ground truth, and frame,x [nm],y [nm].";
    }
}
