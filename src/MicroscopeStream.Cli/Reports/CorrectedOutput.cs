using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Localizations.Drift;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Localizations.Linking;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// What becomes of the localizations once everything about the run is known: filtered, freed from drift, linked; drawn into the
/// super-resolved image and written to localizations-corrected.csv.
/// </summary>
internal sealed class CorrectedOutput(OutputFolder folder, LocalizationFilter filter, LinkingOptions? linking, TableFormat format, double cameraPixelNm)
{
    internal const string Name = "localizations-corrected.csv";
    internal const string DriftName = "drift.csv";

    /// <summary>Writes drift.csv, the corrected table where it differs from the other, and draws.</summary>
    /// <param name="spool">Every localization as it was found.</param>
    /// <param name="drift">The drift; null: none is known.</param>
    /// <param name="renderer">Gets what belongs into the image.</param>
    internal void Write(LocalizationSpool spool, DriftCurve? drift, LocalizationRenderer renderer)
    {
        if (drift is not null)
        {
            folder.Write(DriftName, path => WriteDrift(path, drift));
        }

        bool differs = drift is not null || linking is not null || filter != LocalizationFilter.None;
        using LocalizationOutput? table = differs && folder.Wanted ? new LocalizationOutput(folder, Name, format, cameraPixelNm) : null;
        Process(spool, drift ?? DriftCurve.None, rows =>
        {
            renderer.Add(rows);
            table?.Append(rows);
        });
        table?.Finish();
    }

    private void Process(LocalizationSpool spool, DriftCurve drift, LocalizationVisitor take)
    {
        FrameLinker? linker = linking is null ? null : new FrameLinker(linking);
        var ended = new List<Track>();
        var room = new List<Localization>(8192);
        spool.Visit(batch =>
        {
            room.Clear();
            foreach (ref readonly Localization row in batch)
            {
                if (filter.Keeps(row))
                {
                    room.Add(drift.Correct(row));
                }
            }

            Span<Localization> kept = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(room);
            if (linker is null)
            {
                take(kept);
            }
            else
            {
                Link(linker, kept, ended);
                TakeEnded(ended, take);
            }
        });
        if (linker is not null)
        {
            linker.Flush(ended);
            TakeEnded(ended, take);
        }
    }

    private static void Link(FrameLinker linker, ReadOnlySpan<Localization> rows, List<Track> ended)
    {
        while (!rows.IsEmpty)
        {
            int end = 1;
            while (end < rows.Length && rows[end].Frame == rows[0].Frame)
            {
                end++;
            }

            linker.Add(rows[0].Frame, rows[..end], ended);
            rows = rows[end..];
        }
    }

    private static void TakeEnded(List<Track> ended, LocalizationVisitor take)
    {
        if (ended.Count > 0)
        {
            take([.. ended.Select(static track => track.Merged)]);
            ended.Clear();
        }
    }

    // Frames count as in localizations.csv.
    private static void WriteDrift(string path, DriftCurve drift)
    {
        using var text = new StreamWriter(path);
        text.WriteLine("\"frame\",\"x [nm]\",\"y [nm]\"");
        for (long frame = drift.FirstFrame; frame <= drift.LastFrame; frame++)
        {
            (double x, double y) = drift.At(frame);
            text.WriteLine(FormattableString.Invariant($"{frame + 1},{x:f3},{y:f3}"));
        }
    }

    private delegate void LocalizationVisitor(ReadOnlySpan<Localization> rows);
}
