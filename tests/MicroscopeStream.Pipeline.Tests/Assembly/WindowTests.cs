using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Assembly;

/// <summary>What methods get to see of a stream with gaps.</summary>
public sealed class WindowTests
{
    [Test]
    public async Task Three_frames_with_one_ahead_and_missing_ends() =>
        Assert.That(await WindowsAsync(3, 1, 0, 1, 2, 3), Is.EqualTo(new[] { ". 0 1", "0 1 2", "1 2 3", "2 3 ." }));

    [Test]
    public async Task A_gap_is_a_missing_neighbour_on_both_of_its_sides() =>
        Assert.That(await WindowsAsync(3, 1, 0, 1, 3, 4), Is.EqualTo(new[] { ". 0 1", "0 1 .", ". 3 4", "3 4 ." }));

    [Test]
    public async Task A_wide_gap_leaves_frames_alone() =>
        Assert.That(await WindowsAsync(3, 1, 2, 10, 20), Is.EqualTo(new[] { ". 2 .", ". 10 .", ". 20 ." }));

    [Test]
    public async Task Five_frames_with_two_ahead_see_across_a_gap() =>
        Assert.That(
            await WindowsAsync(5, 2, 0, 1, 3, 4, 5),
            Is.EqualTo(new[] { ". . 0 1 .", ". 0 1 . 3", "1 . 3 4 5", ". 3 4 5 .", "3 4 5 . ." }));

    [Test]
    public async Task One_frame_needs_no_other() =>
        Assert.That(await WindowsAsync(1, 0, 0, 1, 5), Is.EqualTo(new[] { "0", "1", "5" }));

    [Test]
    public async Task Only_past_frames() =>
        Assert.That(await WindowsAsync(3, 0, 0, 1, 2, 4), Is.EqualTo(new[] { ". . 0", ". 0 1", "0 1 2", "2 . 4" }));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Any_stream_with_any_gaps_gives_every_frame_once_in_order_and_returns_every_buffer(int seed)
    {
        var random = new Random(seed);
        int window = random.Next(1, 9), lookAhead = random.Next(0, window);
        var sequences = new List<long>();
        for (long next = random.Next(3); sequences.Count < 200; next += random.NextDouble() < 0.7 ? 1 : random.Next(1, 12))
        {
            sequences.Add(next);
        }

        string[] windows = await WindowsAsync(window, lookAhead, [.. sequences]);

        string[] expected =
        [
            .. sequences.Select(target => string.Join(' ', Enumerable.Range(-(window - 1 - lookAhead), window)
                .Select(offset => sequences.Contains(target + offset) ? $"{target + offset}" : "."))),
        ];
        Assert.That(windows, Is.EqualTo(expected));
    }

    private static async Task<string[]> WindowsAsync(int window, int lookAhead, params long[] sequences)
    {
        var probe = new ProbeMethod(window, lookAhead);
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        foreach (long sequence in sequences)
        {
            await Bench.SendAsync(session, sequence);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That(summary.LeakedBuffers, Is.Zero);
        Assert.That(summary.Frames.Processed, Is.EqualTo(sequences.Length));
        Assert.That(probe.Seen.Select(seen => seen.Sequence), Is.EqualTo(sequences));
        return [.. probe.Seen.Select(seen => seen.Neighbours)];
    }
}
