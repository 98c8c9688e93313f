using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Core.Tests.Frames;

public sealed class FrameLeaseTests
{
    [Test]
    public void Returning_twice_is_found_even_when_the_slot_has_a_new_owner()
    {
        using var pool = new FramePool("test", 1, 16);
        pool.TryRent(out FrameLease lease);
        FrameLease copy = lease;
        lease.Dispose();
        Assert.That(copy.Dispose, Throws.InvalidOperationException.With.Message.Contains("slot 0").And.Message.Contains("twice"));

        pool.TryRent(out FrameLease next);
        Assert.That(lease.Dispose, Throws.InvalidOperationException);
        Assert.That(pool.Outstanding, Is.EqualTo(1), "the new owner's slot was not given away");
        Assert.That(next.Frame.Slot, Is.Zero);
    }

    [Test]
    public void A_frame_cannot_be_reached_after_its_return()
    {
        using var pool = new FramePool("test", 1, 16);
        pool.TryRent(out FrameLease lease);
        lease.Dispose();
        Assert.That(() => lease.Frame, Throws.InstanceOf<ObjectDisposedException>());
        pool.TryRent(out _);
        Assert.That(() => lease.Frame, Throws.InstanceOf<ObjectDisposedException>(), "the slot is another's now");
    }

    [Test]
    public void Of_many_who_return_the_same_lease_at_once_one_succeeds()
    {
        using var pool = new FramePool("test", 2, 16);
        for (int round = 0; round < 200; round++)
        {
            pool.TryRent(out FrameLease lease);
            int succeeded = 0;
            Parallel.For(0, 4, _ =>
            {
                try
                {
                    lease.Dispose();
                    Interlocked.Increment(ref succeeded);
                }
                catch (InvalidOperationException)
                {
                    // The others must be told.
                }
            });
            Assert.That((succeeded, pool.Outstanding), Is.EqualTo((1, 0)));
        }
    }

    [Test]
    public void A_default_lease_is_none()
    {
        FrameLease none = default;
        Assert.That(none.IsSome, Is.False);
        Assert.That(() => none.Frame, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(none.Dispose, Throws.Nothing);
    }

    [Test]
    public void Leases_are_equal_when_they_are_the_same_rent()
    {
        using var pool = new FramePool("test", 2, 16);
        pool.TryRent(out FrameLease a);
        pool.TryRent(out FrameLease b);
        FrameLease copy = a;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(copy == a && copy.Equals((object)a) && copy.GetHashCode() == a.GetHashCode());
            Assert.That(a != b && !a.Equals("lease"));
        }
    }

    [Test]
    public void A_frame_holds_no_more_than_its_slot_and_forgets_its_length_on_return()
    {
        using var pool = new FramePool("test", 1, 16);
        pool.TryRent(out FrameLease lease);
        Frame frame = lease.Frame;
        Assert.That((frame.LengthBytes, frame.CapacityBytes), Is.EqualTo((0, 16)));
        Assert.That(() => frame.LengthBytes = 17, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => frame.LengthBytes = -1, Throws.InstanceOf<ArgumentOutOfRangeException>());
        frame.LengthBytes = 16;
        lease.Dispose();
        pool.TryRent(out FrameLease next);
        Assert.That(next.Frame.Bytes.Length, Is.Zero);
    }

    [Test]
    public void Pixels_bytes_memory_and_address_are_the_same_pinned_place()
    {
        using var pool = new FramePool("test", 1, 16);
        pool.TryRent(out FrameLease lease);
        Frame frame = lease.Frame;
        frame.LengthBytes = 8;
        frame.Header = new FrameHeader { Sequence = 7, ExposureMs = 10 };
        frame.Pixels<ushort>()[1] = 0x1234;
        Assert.That(frame.Bytes.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0x34, 0x12, 0, 0, 0, 0 }));
        Assert.That(frame.Memory.ToArray(), Is.EqualTo(frame.Bytes.ToArray()));
        Assert.That(Marshal.ReadInt16(frame.Address, 2), Is.EqualTo(0x1234));
        Assert.That(frame.Header.Sequence, Is.EqualTo(7));
    }
}
