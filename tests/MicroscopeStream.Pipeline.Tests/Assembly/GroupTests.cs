using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Assembly;

/// <summary>Frames that belong together come to the method together, or not at all.</summary>
public sealed class GroupTests
{
    [Test]
    public async Task Whole_groups_come_at_once_and_count_for_all_their_frames()
    {
        Run run = await RunAsync(new FrameGrouping { Frames = 3 }, [0, 1, 2, 3, 4, 5]);
        Assert.That(run.Inputs, Is.EqualTo(new[] { "0 1 2", "3 4 5" }));
        Assert.That((run.Counts.Processed, run.Counts.Dropped), Is.EqualTo((6, 0)));
        Assert.That(run.Ranges, Is.EqualTo(new[] { new SequenceRange(0, 2), new SequenceRange(3, 5) }));
    }

    [Test]
    public async Task Rolling_every_frame_after_the_first_group_is_an_input()
    {
        Run run = await RunAsync(new FrameGrouping { Frames = 3, Rolling = true }, [0, 1, 2, 3, 4]);
        Assert.That(run.Inputs, Is.EqualTo(new[] { "0 1 2", "3", "4" }));
        Assert.That((run.Counts.Processed, run.Counts.Dropped), Is.EqualTo((5, 0)));
    }

    [Test]
    public async Task A_gap_breaks_a_group_and_the_next_one_begins_where_its_first_frame_is()
    {
        // 4 is missing: 3 and 5 have no group; 6 begins the next.
        Run run = await RunAsync(new FrameGrouping { Frames = 3 }, [0, 1, 2, 3, 5, 6, 7, 8, 9]);
        Assert.That(run.Inputs, Is.EqualTo(new[] { "0 1 2", "6 7 8" }));
        Assert.That(run.Counts.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.IncompleteGroup, 3) }), "3, 5, and 9 that the end left alone");
        Assert.That((run.Counts.Processed, run.Counts.Gaps, run.Counts.Missing), Is.EqualTo((6, 1, 1)));
    }

    [Test]
    public async Task Rolling_a_gap_restarts_with_any_frames_that_fill_every_place()
    {
        Run run = await RunAsync(new FrameGrouping { Frames = 3, Rolling = true }, [0, 1, 2, 3, 5, 6, 7, 8]);
        Assert.That(run.Inputs, Is.EqualTo(new[] { "0 1 2", "3", "5 6 7", "8" }));
        Assert.That(run.Counts.Dropped, Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_input_too_short_for_a_group_is_counted_as_incomplete(bool rolling)
    {
        Run run = await RunAsync(new FrameGrouping { Frames = 5, Rolling = rolling }, [0, 1, 2, 3]);
        Assert.That(run.Inputs, Is.Empty);
        Assert.That(run.Counts.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.IncompleteGroup, 4) }));
    }

    [Test]
    public async Task Tags_decide_where_frames_carry_them()
    {
        // Places 2 0 1 in each group; the second group repeats a place before it is complete.
        int[] places = [2, 0, 1, 2, 0, 0, 1, 2];
        var group = new FrameGrouping { Frames = 3, TaggedPlace = header => places[header.Sequence] };
        Run run = await RunAsync(group, [0, 1, 2, 3, 4, 5, 6, 7]);
        Assert.That(run.Inputs, Is.EqualTo(new[] { "0 1 2", "5 6 7" }));
        Assert.That(run.Counts.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.IncompleteGroup, 2) }));
    }

    [Test]
    public async Task A_group_that_fails_is_dropped_whole()
    {
        var probe = new ProbeMethod(3, group: new FrameGrouping { Frames = 3 })
        {
            OnFrame = static (input, _, _) => input.Sequence == 2 ? throw new InvalidOperationException("no") : default,
        };
        Run run = await RunAsync(probe, [0, 1, 2, 3, 4, 5]);
        Assert.That((run.Counts.Processed, run.Counts.Dropped), Is.EqualTo((3, 3)));
        Assert.That(run.Counts.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.Failed, 3) }));
    }

    private static Task<Run> RunAsync(FrameGrouping group, int[] frames) => RunAsync(new ProbeMethod(group.Frames, group: group), frames);

    private static async Task<Run> RunAsync(ProbeMethod probe, int[] frames)
    {
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        foreach (int frame in frames)
        {
            await Bench.SendAsync(session, frame);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That(summary.LeakedBuffers, Is.Zero);
        Assert.That(summary.Frames.Received, Is.EqualTo(frames.Length));
        Assert.That(summary.Frames.Processed + summary.Frames.Dropped, Is.EqualTo(frames.Length), "every frame is counted once");
        SequenceRange[] ranges = [.. (await reading).Where(update => update.Body is LocalizationBatch).Select(update => update.Range)];
        return new Run([.. probe.Seen.Select(seen => seen.Neighbours.Replace(".", string.Empty, StringComparison.Ordinal).Trim())], summary.Frames, ranges);
    }

    private sealed record Run(string[] Inputs, FrameCounts Counts, SequenceRange[] Ranges);
}
