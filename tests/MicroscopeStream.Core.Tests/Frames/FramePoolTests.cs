using System.Threading.Channels;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Core.Tests.Frames;

public sealed class FramePoolTests
{
    [Test]
    public void A_pool_gives_each_slot_once_and_then_says_no()
    {
        using var pool = new FramePool("test", 3, 16);
        var leases = new List<FrameLease>();
        while (pool.TryRent(out FrameLease lease))
        {
            leases.Add(lease);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(leases.Select(l => l.Frame.Slot), Is.EquivalentTo([0, 1, 2]));
            Assert.That((pool.Outstanding, pool.Capacity, pool.BytesPerSlot, pool.Owner), Is.EqualTo((3, 3, 16, "test")));
            Assert.That(pool.TryRent(out FrameLease none), Is.False);
            Assert.That(none.IsSome, Is.False);
        }
    }

    [Test]
    public void A_returned_slot_is_rented_again()
    {
        using var pool = new FramePool("test", 1, 16);
        pool.TryRent(out FrameLease first);
        first.Dispose();
        Assert.That(pool.Outstanding, Is.Zero);
        Assert.That(pool.TryRent(out FrameLease second), Is.True);
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(second.Frame.Slot, Is.Zero);
    }

    [Test]
    public async Task Renting_waits_until_a_slot_comes_back()
    {
        using var pool = new FramePool("test", 1, 16);
        FrameLease first = await pool.RentAsync(default);
        Task<FrameLease> waiting = pool.RentAsync(default).AsTask();
        Assert.That(waiting.IsCompleted, Is.False, "this wait is the backpressure of a lossless session");
        first.Dispose();
        FrameLease second = await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((second.Frame.Slot, pool.Outstanding), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Waiting_for_a_free_slot_does_not_take_it()
    {
        using var pool = new FramePool("test", 1, 16);
        FrameLease lease = await pool.RentAsync(default);
        Task<bool> free = pool.WaitForFreeAsync(default).AsTask();
        Assert.That(free.IsCompleted, Is.False);
        lease.Dispose();
        Assert.That(await free.WaitAsync(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(pool.TryRent(out _), Is.True);
    }

    [Test]
    public async Task A_wait_can_be_cancelled_and_loses_no_slot()
    {
        using var pool = new FramePool("test", 1, 16);
        FrameLease lease = await pool.RentAsync(default);
        using var cancel = new CancellationTokenSource();
        Task<FrameLease> waiting = pool.RentAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        lease.Dispose();
        Assert.That(pool.TryRent(out _), Is.True);
    }

    [Test]
    public async Task A_disposed_pool_rents_nothing_more_though_slots_are_free()
    {
        var pool = new FramePool("test", 2, 16);
        FrameLease lease = await pool.RentAsync(default);
        pool.Dispose();
        pool.Dispose();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pool.TryRent(out _), Is.False);
            Assert.That(async () => await pool.RentAsync(default), Throws.InstanceOf<ChannelClosedException>());
            Assert.That(await pool.WaitForFreeAsync(default), Is.False);
            Assert.That(pool.Outstanding, Is.EqualTo(1), "one is still out");
        }

        lease.Frame.LengthBytes = 16;
        lease.Dispose();
        Assert.That(pool.Outstanding, Is.Zero, "it may come back later");
        Assert.That(pool.TryRent(out _), Is.False);
    }

    [Test]
    public async Task Disposal_ends_those_who_wait()
    {
        var pool = new FramePool("test", 1, 16);
        FrameLease lease = await pool.RentAsync(default);
        Task<FrameLease> waiting = pool.RentAsync(default).AsTask();
        pool.Dispose();
        Assert.That(async () => await waiting.WaitAsync(TimeSpan.FromSeconds(30)), Throws.InstanceOf<ChannelClosedException>());
        lease.Dispose();
    }

    [TestCase(0, 16)]
    [TestCase(2, 0)]
    [TestCase(-1, 16)]
    public void Impossible_sizes_are_refused(int slots, int bytes) =>
        Assert.That(() => new FramePool("test", slots, bytes), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Renting_and_returning_allocates_nothing()
    {
        using var pool = new FramePool("test", 4, 1024);
        Cycle(pool);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Cycle(pool);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        static void Cycle(FramePool pool)
        {
            pool.TryRent(out FrameLease lease);
            lease.Frame.LengthBytes = 1024;
            lease.Frame.Bytes.Clear();
            lease.Dispose();
        }
    }

    [Test]
    public async Task No_slot_is_ever_held_by_two_though_many_rent_at_once()
    {
        const int Workers = 8, Rounds = 3000;
        using var pool = new FramePool("test", 3, sizeof(long));
        var held = new int[pool.Capacity];
        int clashes = 0, most = 0;
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                FrameLease lease = await pool.RentAsync(default);
                int slot = lease.Frame.Slot;
                if (Interlocked.Increment(ref held[slot]) != 1)
                {
                    Interlocked.Increment(ref clashes);
                }

                most = Math.Max(most, pool.Outstanding);
                lease.Frame.LengthBytes = sizeof(long);
                lease.Frame.Pixels<byte>().Fill((byte)worker);
                if (round % 7 == 0)
                {
                    await Task.Yield();
                }

                if (lease.Frame.Bytes.IndexOfAnyExcept((byte)worker) >= 0)
                {
                    Interlocked.Increment(ref clashes);
                }

                Interlocked.Decrement(ref held[slot]);
                lease.Dispose();
            }
        }))];
        await Task.WhenAll(workers).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That((clashes, pool.Outstanding), Is.EqualTo((0, 0)));
        Assert.That(most, Is.InRange(1, pool.Capacity));
    }
}
