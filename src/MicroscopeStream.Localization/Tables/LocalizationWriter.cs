using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>
/// Writes localizations as CSV while they come. After each batch the file holds whole lines only and has been handed to the
/// operating system, so that a killed process loses nothing that was written before.
/// </summary>
/// <remarks>
/// Not thread-safe. Numbers are invariant, with three decimals; unknown ones are <c>NaN</c>. A batch allocates nothing.
/// <see cref="Core.Results.Localization.Frame"/> counts from 0, the files' frames from 1.
/// </remarks>
public sealed class LocalizationWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly CsvRowBuffer _rows;
    private bool _disposed;

    /// <summary>Creates a file (replacing one that is there) and writes its header. Others may read it meanwhile.</summary>
    /// <param name="path">Where.</param>
    /// <param name="format">Which columns.</param>
    /// <exception cref="IOException">The file cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public LocalizationWriter(string path, LocalizationFormat format)
        : this(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0), format)
    {
    }

    /// <summary>Writes to a stream, header first.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="format">Which columns.</param>
    /// <param name="leaveOpen">Whether the stream outlives this writer.</param>
    /// <exception cref="IOException">The header cannot be written.</exception>
    public LocalizationWriter(Stream stream, LocalizationFormat format, bool leaveOpen = false)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        _rows = new CsvRowBuffer(stream);
        Format = format;
        try
        {
            _rows.Text(Header(format));
            _rows.EndRow();
            _rows.Flush();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Which columns are written.</summary>
    public LocalizationFormat Format { get; }

    /// <summary>Rows written.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// Writes one batch and flushes it. A batch that fails is cut off again where the stream can seek, so that the file
    /// ends with the last whole batch and writing may go on once there is room.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed.</exception>
    public void Write(ReadOnlySpan<Localization> batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.IsEmpty)
        {
            return;
        }

        long count = Count;
        long length = _stream.CanSeek ? _stream.Position : -1;
        try
        {
            foreach (ref readonly Localization row in batch)
            {
                Count++;
                WriteRow(row);
                _rows.EndRow();
            }

            _rows.Flush();
        }
        catch (IOException)
        {
            _rows.Clear();
            Count = count;
            if (length >= 0)
            {
                _stream.SetLength(length);
                _stream.Position = length;
            }

            throw;
        }
    }

    /// <summary>Writes a whole table to a file.</summary>
    /// <exception cref="IOException">The file cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void WriteFile(string path, LocalizationFormat format, LocalizationSnapshot table)
    {
        using var writer = new LocalizationWriter(path, format);
        for (int i = 0; i < table.ChunkCount; i++)
        {
            writer.Write(table.Chunk(i));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }
    }

    private static ReadOnlySpan<byte> Header(LocalizationFormat format) => format switch
    {
        LocalizationFormat.ThunderStorm2D =>
            "\"id\",\"frame\",\"x [nm]\",\"y [nm]\",\"sigma [nm]\",\"intensity [photon]\",\"offset [photon]\",\"bkgstd [photon]\",\"uncertainty [nm]\""u8,
        LocalizationFormat.ThunderStorm3D =>
            "\"id\",\"frame\",\"x [nm]\",\"y [nm]\",\"z [nm]\",\"sigma1 [nm]\",\"sigma2 [nm]\",\"intensity [photon]\",\"offset [photon]\",\"bkgstd [photon]\",\"uncertainty_xy [nm]\",\"uncertainty_z [nm]\""u8,
        LocalizationFormat.Challenge => "Ground-truth,frame,xnano,ynano,znano,intensity "u8,
        LocalizationFormat.BareTruth => "frame,x [nm],y [nm]"u8,
        LocalizationFormat.Decode => throw new ArgumentException("DECODE's tables need the pixel size: use DecodeTableWriter.", nameof(format)),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown localization format."),
    };

    private void WriteRow(in Localization row)
    {
        if (Format != LocalizationFormat.BareTruth)
        {
            _rows.Integer(Count);
            _rows.Comma();
        }

        _rows.Integer(row.Frame + 1);
        Column(row.X);
        Column(row.Y);
        switch (Format)
        {
            case LocalizationFormat.ThunderStorm2D:
                Column(MeanOfKnown(row.PsfSigmaX, row.PsfSigmaY));
                Column(row.Photons);
                Column(row.Background);
                Column(row.BackgroundStd);
                Column(row.LateralUncertainty);
                break;
            case LocalizationFormat.ThunderStorm3D:
                Column(row.Z);
                Column(row.PsfSigmaX);
                Column(row.PsfSigmaY);
                Column(row.Photons);
                Column(row.Background);
                Column(row.BackgroundStd);
                Column(row.LateralUncertainty);
                Column(row.SigmaZ);
                break;
            case LocalizationFormat.Challenge:
                Column(double.IsNaN(row.Z) ? 0 : row.Z);
                Column(row.Photons);
                break;
        }
    }

    private void Column(double value)
    {
        _rows.Comma();
        _rows.Fixed(value);
    }

    private static double MeanOfKnown(float a, float b) => float.IsNaN(a) ? b : float.IsNaN(b) ? a : (a + b) / 2;
}
