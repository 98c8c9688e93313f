using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Accounting;

/// <summary>What a frame costs the collector, from the lease of its buffer to the release of its result.</summary>
[NonParallelizable]
public sealed class AllocationTests
{
    [TestCase(1, 0, 8, 100)]
    [TestCase(3, 1, 8, 100)]
    [TestCase(3, 1, 0, 100, Description = "A sender that is always stopped: what waiting for a buffer costs.")]
    [CancelAfter(60_000)]
    public async Task A_frame_allocates_next_to_nothing(int window, int lookAhead, int credits, double most)
    {
        // Away from NUnit's synchronization context, which allocates for every await of the test's own.
        double perFrame = await Task.Run(() => MeasureAsync(window, lookAhead, credits));
        TestContext.Out.WriteLine($"{perFrame:F1} bytes per frame");
        Assert.That(perFrame, Is.LessThan(most));
    }

    private static async Task<double> MeasureAsync(int window, int lookAhead, int credits)
    {
        const int warmUp = 2000, measured = 20_000;
        var probe = new CheapMethod(window, lookAhead);
        await using var bench = new Bench(methods: probe);

        // What drift and resolution keep grows with the localizations; that is memory, not cost per frame.
        Session session = await bench.Manager.OpenAsync(Bench.Specification("cheap") with { Processing = ProcessingOptions.Plain }, CancellationToken.None);
        using StreamConnection connection = session.Connect();

        // Warm means: every queue was full once, so that every pool holds what it will ever hold.
        var warming = Task.Run(async () =>
        {
            for (int i = 0; i < warmUp; i++)
            {
                await SendAsync(session, i, 0);
            }
        });
        while (session.Credits > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        var reading = Task.Run(() => ReleaseAllAsync(connection.Updates));
        await warming;
        await SettleAsync(session, warmUp - lookAhead);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = warmUp; i < warmUp + measured; i++)
        {
            await SendAsync(session, i, credits);
        }

        await SettleAsync(session, warmUp + measured - lookAhead);
        double perFrame = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)measured;
        await session.CompleteAsync(CancellationToken.None);
        long localizations = await reading;

        Assert.That(localizations, Is.EqualTo(5 * (warmUp + measured)));
        return perFrame;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask SendAsync(Session session, long sequence, int credits)
    {
        while (session.Credits < credits)
        {
            await Task.Yield();
        }

        await session.WaitForBufferAsync(CancellationToken.None);
        session.Pool.TryRent(out FrameLease lease);
        lease.Frame.LengthBytes = session.Pool.BytesPerSlot;
        MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes).Fill(120);
        lease.Frame.Header = new FrameHeader { Sequence = sequence };
        session.Offer(lease);
    }

    private static async Task<long> ReleaseAllAsync(UpdateSubscription updates)
    {
        long localizations = 0;
        while (await updates.WaitToReadAsync(CancellationToken.None))
        {
            while (updates.TryRead(out SessionUpdate update))
            {
                localizations += update.Body is LocalizationBatch batch ? batch.Count : 0;
                update.Release();
            }
        }

        return localizations;
    }

    private static async Task SettleAsync(Session session, int processed)
    {
        while (session.GetProgress().Frames.Processed < processed)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
