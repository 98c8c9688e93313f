using System.Globalization;
using System.Text;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Tables;

/// <summary>
/// Writes localizations while they come as the CSV that DECODE (Speiser et al. 2021, 10.1038/s41592-021-01236-x) reads: positions in
/// nm, x along rows and y along columns, 0 at the centre of the first pixel, frames from 0. After each batch the file holds whole
/// lines only.
/// </summary>
/// <remarks>Not thread-safe. A depth that is not known is written as 0, as DECODE has it in 2D. A batch allocates nothing.</remarks>
public sealed class DecodeTableWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly CsvRowBuffer _rows;
    private readonly double _half;

    /// <summary>Creates a file (replacing one that is there) and writes metadata and heading. Others may read it meanwhile.</summary>
    /// <param name="path">Where.</param>
    /// <param name="pixelSizeNm">Camera pixel in the sample, nm, 1…10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel size is outside its range.</exception>
    /// <exception cref="IOException">The file cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public DecodeTableWriter(string path, double pixelSizeNm)
        : this(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0), pixelSizeNm)
    {
    }

    /// <summary>Writes to a stream, which it disposes.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="pixelSizeNm">Camera pixel in the sample, nm, 1…10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel size is outside its range.</exception>
    /// <exception cref="IOException">The heading cannot be written.</exception>
    public DecodeTableWriter(Stream stream, double pixelSizeNm)
    {
        _stream = stream;
        _rows = new CsvRowBuffer(stream);
        _half = pixelSizeNm / 2;
        try
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pixelSizeNm, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pixelSizeNm, 10_000);
            string size = pixelSizeNm.ToString("R", CultureInfo.InvariantCulture);
            _rows.Text(Encoding.UTF8.GetBytes(
                $"# DECODE EmitterSet\n# {{\"version\": \"MicroscopeStream\"}}\n# {{\"xy_unit\": \"nm\", \"px_size\": [{size}, {size}]}}\n"));
            _rows.Text("x,y,z,phot,frame_ix,id,prob,bg,phot_cr,bg_cr,phot_sig,bg_sig,x_cr,y_cr,z_cr,x_sig,y_sig,z_sig"u8);
            _rows.EndRow();
            _rows.Flush();
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Rows written.</summary>
    public long Count { get; private set; }

    /// <summary>Writes one batch and flushes it; one that fails is cut off again where the stream can seek.</summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public void Write(ReadOnlySpan<Localization> batch)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        long length = _stream.CanSeek ? _stream.Position : -1;
        try
        {
            foreach (ref readonly Localization row in batch)
            {
                WriteRow(row);
                _rows.EndRow();
            }

            _rows.Flush();
            Count += batch.Length;
        }
        catch (IOException)
        {
            _rows.Clear();
            if (length >= 0)
            {
                _stream.SetLength(length);
                _stream.Position = length;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void WriteRow(in Localization row)
    {
        _rows.Fixed(row.Y - _half);
        Column(row.X - _half);
        Column(double.IsNaN(row.Z) ? 0 : row.Z);
        Column(row.Photons);
        _rows.Comma();
        _rows.Integer(row.Frame);
        Column(-1);
        Column(row.Probability);
        Column(row.Background);
        Column(double.NaN);
        Column(double.NaN);
        Column(row.SigmaPhotons);
        Column(double.NaN);
        Column(double.NaN);
        Column(double.NaN);
        Column(double.NaN);
        Column(row.SigmaY);
        Column(row.SigmaX);
        Column(row.SigmaZ);
    }

    private void Column(double value)
    {
        _rows.Comma();
        _rows.Fixed(value);
    }
}
