using Google.Protobuf.Collections;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Localizations, row by row in the pipeline, as the contract's columns.</summary>
internal static class BatchMessages
{
    /// <summary>Writes rows into a message, whatever it held; its columns keep their memory.</summary>
    public static LocalizationBatch Fill(LocalizationBatch batch, ReadOnlySpan<Localization> rows)
    {
        batch.Frame.Clear();
        batch.XNm.Clear();
        batch.YNm.Clear();
        foreach (ref readonly Localization row in rows)
        {
            batch.Frame.Add((ulong)row.Frame);
            batch.XNm.Add(row.X);
            batch.YNm.Add(row.Y);
        }

        Add(batch.ZNm, rows, static (in row) => row.Z);
        Add(batch.Photons, rows, static (in row) => row.Photons);
        Add(batch.Background, rows, static (in row) => row.Background);
        Add(batch.BackgroundStd, rows, static (in row) => row.BackgroundStd);
        Add(batch.SigmaXNm, rows, static (in row) => row.SigmaX);
        Add(batch.SigmaYNm, rows, static (in row) => row.SigmaY);
        Add(batch.SigmaZNm, rows, static (in row) => row.SigmaZ);
        Add(batch.SigmaPhotons, rows, static (in row) => row.SigmaPhotons);
        Add(batch.Probability, rows, static (in row) => row.Probability);
        Add(batch.PsfSigmaXNm, rows, static (in row) => row.PsfSigmaX);
        Add(batch.PsfSigmaYNm, rows, static (in row) => row.PsfSigmaY);
        return batch;
    }

    // A column that no row knows is left out; one that some rows know carries NaN for the others.
    private static void Add<T>(RepeatedField<T> column, ReadOnlySpan<Localization> rows, Selector<T> select)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        column.Clear();
        bool any = false;
        foreach (ref readonly Localization row in rows)
        {
            any |= !T.IsNaN(select(in row));
        }

        if (!any)
        {
            return;
        }

        foreach (ref readonly Localization row in rows)
        {
            column.Add(select(in row));
        }
    }

    private delegate T Selector<T>(in Localization row);
}
