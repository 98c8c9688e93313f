using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Ingest;

/// <summary>
/// A live session whose method is too slow for its camera. Time is faked and moves only while the method works, one frame
/// coming every 10 ms, so that ages are exact however slow this machine is.
/// </summary>
public sealed class OverloadTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    [TestCase(1, 0, 12)]
    [TestCase(3, 1, 12)]
    [TestCase(1, 0, 100)]
    [TestCase(3, 1, 100)]
    [TestCase(3, 2, 100)]
    [TestCase(9, 8, 100)]
    [TestCase(3, 1, 600)]
    [TestCase(3, 1, 2000)]
    [CancelAfter(60_000)]
    public async Task What_is_worked_on_is_current_and_whole_and_every_drop_is_counted(int window, int lookAhead, int methodMs)
    {
        Run run = await RunAsync(window, lookAhead, TimeSpan.FromMilliseconds(methodMs), frames: 3000);
        FrameCounts counts = run.Summary.Frames;

        // A window that was begun before any overload, and the last ones, may lack what never came.
        string[] begun = [.. run.Windows.Where(seen => seen.Sequence >= window && seen.Sequence < 3000 - window).Select(seen => seen.Neighbours)];
        Assert.Multiple(() =>
        {
            Assert.That(run.Windows.Select(seen => seen.AgeMs), Has.All.LessThanOrEqualTo(250), "age of a complete window when its turn comes, ms");
            Assert.That(begun, Has.None.Contains("."));
            Assert.That(begun, Is.Not.Empty);
            Assert.That(counts.Received, Is.EqualTo(3000));
            Assert.That(counts.Processed, Is.EqualTo(run.Windows.Count));
            Assert.That(counts.DroppedByCause, Is.EqualTo(new[] { new DropCount(DropCause.Stale, 3000 - counts.Processed) }));
            Assert.That(run.Windows.Select(seen => seen.Sequence), Is.Ordered);
            Assert.That(run.Windows[^1].Sequence, Is.GreaterThanOrEqualTo(3000 - window), "the newest is worked on");
            Assert.That(run.Summary.LeakedBuffers, Is.Zero);
        });
    }

    [TestCase(false, 100)]
    [TestCase(true, 12)]
    [TestCase(true, 100)]
    [CancelAfter(60_000)]
    public async Task Groups_are_given_up_whole(bool rolling, int methodMs)
    {
        const int size = 7;
        Run run = await RunAsync(size, 0, TimeSpan.FromMilliseconds(methodMs), frames: 3000, new FrameGrouping { Frames = size, Rolling = rolling });
        int[][] inputs = [.. run.Windows.Select(seen => seen.Neighbours.Split(' ').Where(name => name != ".").Select(int.Parse).ToArray())];
        FrameCounts counts = run.Summary.Frames;
        Assert.Multiple(() =>
        {
            Assert.That(inputs.Select(input => input.Length), Has.All.AnyOf(1, size));
            Assert.That(inputs.Where(input => input.Length == size).Select(input => input[0] % size), Has.All.Zero, "a run begins with a group");
            Assert.That(inputs.Where((input, i) => input.Length == 1 && input[0] != inputs[i - 1][^1] + 1), Is.Empty, "rolling goes on without a gap");
            Assert.That(counts.Processed, Is.EqualTo(inputs.Sum(input => input.Length)));
            Assert.That(counts.Processed + counts.Dropped, Is.EqualTo(3000));
            Assert.That(counts.DroppedByCause.Select(drop => drop.Cause), Is.SubsetOf(new[] { DropCause.Stale, DropCause.IncompleteGroup }));
            Assert.That(counts.Dropped, Is.GreaterThan(0));
            Assert.That(run.Windows.Select(seen => seen.AgeMs), Has.All.LessThanOrEqualTo(250), "age of a complete group when its turn comes, ms");
            Assert.That(run.Summary.LeakedBuffers, Is.Zero);
        });
    }

    [TestCase(1, 0)]
    [TestCase(3, 1)]
    [CancelAfter(60_000)]
    public async Task The_method_is_kept_busy(int window, int lookAhead)
    {
        // 1.25 × too slow: 80 % can be worked on. What restarts cost is a few frames each.
        Run run = await RunAsync(window, lookAhead, TimeSpan.FromMilliseconds(12.5), frames: 3000);
        Assert.That(run.Summary.Frames.Processed, Is.InRange(3000 * 0.75, 3000 * 0.82));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_pause_of_the_camera_loses_nothing()
    {
        var time = new TestTimeProvider();
        var probe = new ProbeMethod(3, 1);
        await using var bench = new Bench(time, methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe", FramePolicy.Live), CancellationToken.None);
        for (int i = 0; i < 20; i++)
        {
            // With one frame of look-ahead, the frame before becomes a target.
            await Bench.SendAsync(session, i);
            while (probe.Seen.Count < i)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            }

            time.Advance(TimeSpan.FromSeconds(2));
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That((summary.Frames.Processed, summary.Frames.Dropped), Is.EqualTo((20, 0)));
    }

    private static async Task<Run> RunAsync(int window, int lookAhead, TimeSpan takes, int frames, FrameGrouping? group = null)
    {
        var time = new TestTimeProvider();
        var probe = new ProbeMethod(window, lookAhead, group: group);
        await using var bench = new Bench(time, methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe", FramePolicy.Live), CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        var ages = new List<double>();
        int next = 0;
        TimeSpan work = TimeSpan.Zero;
        using var allSent = new SemaphoreSlim(0);
        probe.OnFrame = async (input, _, _) =>
        {
            long completed = Enumerable.Range(0, lookAhead + 1).Where(input.Has).Max(offset => input[offset].Header.ReceivedTimestamp);

            // The newest is worked on however old it is.
            ages.Add(input.Sequence + lookAhead < next - 1 ? time.GetElapsedTime(completed).TotalMilliseconds : 0);
            for (work += takes; work >= Interval; work -= Interval)
            {
                time.Advance(Interval);
                await SendNextAsync();
            }
        };
        for (int i = 0; i < window; i++)
        {
            await SendNextAsync();
        }

        await allSent.WaitAsync();
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        await reading;
        return new Run(summary, [.. probe.Seen.Zip(ages, (seen, age) => (seen.Sequence, seen.Neighbours, age))]);

        async Task SendNextAsync()
        {
            if (next < frames)
            {
                await Bench.SendAsync(session, next++);
                if (next == frames)
                {
                    allSent.Release();
                }
            }
        }
    }

    private sealed record Run(SessionSummary Summary, List<(long Sequence, string Neighbours, double AgeMs)> Windows);
}
