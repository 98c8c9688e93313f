using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Sessions;

/// <summary>Whatever senders, methods and readers do, the account adds up, every buffer comes back, and the session ends.</summary>
public sealed class AnyStreamTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task Accounts_add_up_and_buffers_come_back([Range(1, 24)] int seed)
    {
        var random = new Random(seed);
        int window = random.Next(1, 6);
        double failing = random.NextDouble() < 0.3 ? 0.2 : 0, slow = random.NextDouble() < 0.5 ? 0.3 : 0;
        var chance = new Random(seed + 1000);
        var probe = new ProbeMethod(window, random.Next(0, window))
        {
            // Called for one frame at a time, so one generator serves.
            OnFrame = async (_, update, cancelled) =>
            {
                update.Localizations.Add(new() { Frame = 0, X = 1, Y = 1 });
                if (chance.NextDouble() < slow)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancelled);
                }

                if (chance.NextDouble() < failing)
                {
                    throw new InvalidDataException("injected");
                }
            },
        };
        await using var bench = new Bench(methods: probe);
        SessionSpecification specification = Bench.Specification("probe", random.NextDouble() < 0.5 ? FramePolicy.Live : FramePolicy.Lossless);
        Session session = await bench.Manager.OpenAsync(
            specification with
            {
                BufferFrames = random.Next(2, 20),
                Preview = new PreviewOptions { Rate = random.NextDouble() < 0.5 ? 200 : -1 },
                Acquisition = specification.Acquisition with { Camera = random.NextDouble() < 0.3 ? null : specification.Acquisition.Camera },
            },
            CancellationToken.None);
        int length = random.Next(0, 400), abortAt = random.NextDouble() < 0.3 ? random.Next(0, 400) : int.MaxValue;
        bool reads = random.NextDouble() < 0.8;
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = reads ? Bench.ReadAllAsync(connection.Updates) : Task.FromResult(new List<SessionUpdate>());
        if (!reads)
        {
            connection.Dispose();
        }

        (long offered, long accepted) = await SendAsync(session, random, reads ? length : Math.Min(length, 200), abortAt);
        SessionSummary summary = abortAt < length ? await session.AbortAsync() : await session.CompleteAsync(CancellationToken.None);
        List<SessionUpdate> updates = await reading;

        FrameCounts frames = summary.Frames;
        TestContext.Out.WriteLine($"{specification.Policy}, window {window}: {frames}");
        Assert.Multiple(() =>
        {
            Assert.That(frames.Received, Is.EqualTo(offered));
            Assert.That(frames.Processed + frames.Dropped, Is.EqualTo(frames.Received));
            Assert.That(frames.DroppedByCause.Sum(drop => drop.Count), Is.EqualTo(frames.Dropped));
            Assert.That(frames.Processed, Is.LessThanOrEqualTo(accepted));
            Assert.That(summary.LeakedBuffers, Is.Zero);
            Assert.That(summary.Localizations, Is.EqualTo(frames.Processed));
            Assert.That(session.Pool.Outstanding, Is.Zero);
            if (reads)
            {
                Assert.That(updates[^1].Body, Is.SameAs(summary));
                Assert.That(updates.Select(update => update.Body).OfType<Gap>().Sum(gap => gap.Count), Is.EqualTo(frames.Missing));
                Assert.That(updates.Select(update => update.Body).OfType<Drop>().Sum(drop => drop.Count), Is.EqualTo(frames.Dropped));
                if (abortAt >= length)
                {
                    Assert.That(updates.Select(update => update.Body).OfType<LocalizationBatch>().Sum(batch => batch.Count), Is.EqualTo(frames.Processed));
                }
            }
        });
    }

    private static async Task<(long Offered, long Accepted)> SendAsync(Session session, Random random, int length, int abortAt)
    {
        long sequence = 0, offered = 0, accepted = 0;
        for (int i = 0; i < length && i < abortAt; i++)
        {
            long number = random.NextDouble() switch
            {
                < 0.05 => Math.Max(0, sequence - random.Next(1, 5)),
                < 0.1 => sequence += random.Next(2, 6),
                _ => sequence,
            };
            sequence = Math.Max(sequence, number + 1);
            IngestResult result;
            if (await session.WaitForBufferAsync(CancellationToken.None) && session.Pool.TryRent(out FrameLease lease))
            {
                lease.Frame.LengthBytes = random.NextDouble() < 0.05 ? 10 : session.Pool.BytesPerSlot;
                MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes).Fill((ushort)random.Next(90, 200));
                lease.Frame.Header = new FrameHeader { Sequence = number };
                result = session.Offer(lease);
            }
            else
            {
                result = session.Refuse(new FrameHeader { Sequence = number }, 10, DropCause.BuffersFull, "no buffer was free.");
            }

            offered++;
            accepted += result.Accepted ? 1 : 0;
        }

        return (offered, accepted);
    }
}
