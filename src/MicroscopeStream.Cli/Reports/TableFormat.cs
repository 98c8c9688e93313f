using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Reports;

/// <summary>How localizations are written, as <c>--table</c> names it.</summary>
internal enum TableFormat
{
    /// <summary>ThunderSTORM's columns, with z where there is one.</summary>
    ThunderStorm = 0,

    /// <summary>The SMLM challenge's.</summary>
    Challenge = 1,

    /// <summary>DECODE's.</summary>
    Decode = 2,
}

/// <summary>A table that is written as localizations come, whatever its format.</summary>
internal sealed class TableFile : IDisposable
{
    private readonly LocalizationWriter? _writer;
    private readonly DecodeTableWriter? _decode;

    private TableFile(LocalizationWriter? writer, DecodeTableWriter? decode) => (_writer, _decode) = (writer, decode);

    /// <summary>Rows written.</summary>
    internal long Count => _writer?.Count ?? _decode!.Count;

    /// <summary>Creates the file with its heading.</summary>
    /// <param name="path">Where.</param>
    /// <param name="format">Which columns.</param>
    /// <param name="axial">Whether there is a z.</param>
    /// <param name="cameraPixelNm">The camera's pixel, which DECODE's metadata state, nm.</param>
    internal static TableFile Create(string path, TableFormat format, bool axial, double cameraPixelNm) => format switch
    {
        TableFormat.Decode => new TableFile(null, new DecodeTableWriter(path, cameraPixelNm)),
        TableFormat.Challenge => new TableFile(new LocalizationWriter(path, LocalizationFormat.Challenge), null),
        _ => new TableFile(new LocalizationWriter(path, axial ? LocalizationFormat.ThunderStorm3D : LocalizationFormat.ThunderStorm2D), null),
    };

    internal void Write(ReadOnlySpan<Localization> rows)
    {
        _writer?.Write(rows);
        _decode?.Write(rows);
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _decode?.Dispose();
    }
}
