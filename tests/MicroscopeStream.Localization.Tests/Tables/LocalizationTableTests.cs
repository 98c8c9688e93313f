using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

public sealed class LocalizationTableTests
{
    [Test]
    public void Rows_come_back_in_order_across_chunks([Values(0, 1, 4095, 4096, 4097, 20_000)] int rows, [Values(1, 100, 5000)] int batch)
    {
        var table = new LocalizationTable();
        Localization[] all = [.. Enumerable.Range(0, rows).Select(Row)];
        for (int i = 0; i < rows; i += batch)
        {
            table.Append(all.AsSpan(i, Math.Min(batch, rows - i)));
        }

        LocalizationSnapshot snapshot = table.Snapshot();
        var chunks = new List<Localization>();
        for (int i = 0; i < snapshot.ChunkCount; i++)
        {
            chunks.AddRange(snapshot.Chunk(i));
        }

        Assert.That(table, Has.Count.EqualTo(rows));
        Assert.That(snapshot, Is.EqualTo(all));
        Assert.That(chunks, Is.EqualTo(all));
    }

    [Test]
    public void A_snapshot_does_not_see_later_rows()
    {
        var table = new LocalizationTable([Row(0), Row(1)]);
        LocalizationSnapshot before = table.Snapshot();
        for (int i = 2; i < 10_000; i++)
        {
            table.Append(Row(i));
        }

        Assert.That(before, Is.EqualTo([Row(0), Row(1)]));
        Assert.That(() => before[2], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => before.Chunk(1).Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(table.Snapshot()[9_999], Is.EqualTo(Row(9_999)));
    }

    [Test]
    public async Task Readers_beside_the_writer_see_whole_batches_and_whole_rows()
    {
        const int Batch = 7, Batches = 20_000;
        var table = new LocalizationTable();
        Task reader = Task.Run(() =>
        {
            int seen = 0;
            while (seen < Batch * Batches)
            {
                LocalizationSnapshot snapshot = table.Snapshot();
                Assert.That(snapshot.Count, Is.GreaterThanOrEqualTo(seen));
                Assert.That(snapshot.Count % Batch, Is.Zero);
                for (int i = seen; i < snapshot.Count; i++)
                {
                    if (snapshot[i].X != i || snapshot[i].Y != -i)
                    {
                        Assert.Fail($"Row {i} was torn: {snapshot[i]}.");
                    }
                }

                seen = snapshot.Count;
            }
        });
        var rows = new Localization[Batch];
        for (int i = 0; i < Batches; i++)
        {
            for (int j = 0; j < Batch; j++)
            {
                rows[j] = Row((i * Batch) + j);
            }

            table.Append(rows);
        }

        await reader;
        Assert.That(table, Has.Count.EqualTo(Batch * Batches));
    }

    private static Localization Row(int i) => new() { Frame = i / 10, X = i, Y = -i };
}
