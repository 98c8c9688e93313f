using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>Which frames a network sees, told by networks that show them: pixel values are sequence numbers plus one.</summary>
public class TemporalNetworkTests
{
    private TinyModels _models = null!;
    private ExecutionHosts _hosts = null!;

    [SetUp]
    public void SetUp() => (_models, _hosts) = (new TinyModels(), new ExecutionHosts(threads: new InferenceThreads(1)));

    [TearDown]
    public void TearDown()
    {
        _hosts.Dispose();
        _models.Dispose();
    }

    [TestCase(true, 3, 1, new[] { 0L, 1, 2, 3 }, "0:-01 1:012 2:123 3:23-")]
    [TestCase(false, 3, 1, new[] { 0L, 1, 2, 3 }, "0:-01 1:012 2:123 3:23-")]
    [TestCase(true, 3, 1, new[] { 0L, 1, 3, 4 }, "0:-01 1:01- 3:-34 4:34-")]
    [TestCase(false, 3, 1, new[] { 0L, 1, 3, 4 }, "0:-01 1:01- 3:-34 4:34-")]
    [TestCase(true, 3, 1, new[] { 4L, 9 }, "4:-4- 9:-9-")]
    [TestCase(true, 5, 2, new[] { 0L, 1, 3, 4 }, "0:--01- 1:-01-3 3:1-34- 4:-34--")]
    [TestCase(false, 5, 2, new[] { 0L, 1, 3, 4 }, "0:--01- 1:-01-3 3:1-34- 4:-34--")]
    [TestCase(true, 3, 2, new[] { 0L, 1, 2, 5 }, "0:--0 1:-01 2:012 5:--5")]
    [TestCase(false, 3, 0, new[] { 0L, 1, 2 }, "0:012 1:12- 2:2--")]
    [TestCase(false, 1, 0, new[] { 3L, 4, 7 }, "3:3 4:4 7:7")]
    public async Task Every_frame_gets_its_window_and_missing_frames_are_zero(
        bool two, int frames, int target, long[] sequences, string expected)
    {
        string folder = two ? _models.TwoGraphs(frames: frames, target: target) : _models.OneGraph(frames: frames, target: target);
        using ITemporalNetwork network = await OpenAsync(folder, 6, 5);
        Assert.That(await FeedAsync(network, sequences, two ? 2 : 1), Is.EqualTo(expected));

        // A second series on the same network begins with a clean window.
        Assert.That(await FeedAsync(network, sequences, two ? 2 : 1), Is.EqualTo(expected));
    }

    [TestCase(true, new[] { 0L, 1, 2, 3, 4 }, 3, "3:234 4:34-")]
    [TestCase(false, new[] { 0L, 1, 2, 3, 4 }, 3, "3:234 4:34-")]
    [TestCase(true, new[] { 0L, 1, 2, 7, 8, 9 }, 8, "8:789 9:89-")]
    public async Task Frames_before_the_first_wanted_one_are_neighbours_only(bool two, long[] sequences, long first, string expected)
    {
        using ITemporalNetwork network = await OpenAsync(two ? _models.TwoGraphs() : _models.OneGraph(), 6, 5);
        network.FirstWanted = first;
        Assert.That(await FeedAsync(network, sequences, two ? 2 : 1), Is.EqualTo(expected));
    }

    [Test]
    public async Task Frames_are_padded_by_repeating_their_edge_and_maps_are_cut_back()
    {
        using ITemporalNetwork network = await OpenAsync(_models.OneGraph(frames: 1, target: 0, multiple: 8), 5, 6);
        float[] frame = [.. Enumerable.Range(0, 30).Select(i => (float)i)];
        network.WriteFrame(frame);
        Assert.That(await network.SubmitAsync(0, CancellationToken.None), Is.True);
        Check(network.Maps);

        void Check(NetworkMaps maps)
        {
            Assert.That((maps.Height, maps.Width, maps.RowStride, maps.PlaneStride), Is.EqualTo((5, 6, 8, 64)));
            for (int y = 0; y < 8; y++)
            {
                for (int x = 0; x < 8; x++)
                {
                    Assert.That(
                        maps.Values[(y * 8) + x], Is.EqualTo(frame[(Math.Min(y, 4) * 6) + Math.Min(x, 5)]), $"padded pixel ({x}, {y})");
                }
            }
        }
    }

    [Test]
    public async Task Pixels_are_normalized_on_the_way_in_and_channels_scaled_on_the_way_out()
    {
        string folder = _models.OneGraph(frames: 1, target: 0, change: manifest =>
        {
            manifest["input"]!["normalization"]!["kind"] = "anscombe";
            manifest["input"]!["normalization"]!["offset"] = 1;
            manifest["input"]!["normalization"]!["scale"] = 0.5;
            manifest["output"]!["channels"]![0]!["scale"] = 3;
        });
        using ITemporalNetwork network = await OpenAsync(folder, 4, 4);
        network.WriteFrame([.. Enumerable.Repeat(10f, 16)]);
        await network.SubmitAsync(0, CancellationToken.None);

        Assert.That(network.Maps.Row(0, 0)[0], Is.EqualTo(((2 * Math.Sqrt(10.375)) - 1) * 0.5 * 3).Within(1e-5));
    }

    [Test]
    public async Task A_jump_that_was_not_passed_and_a_step_back_are_refused_and_the_network_goes_on()
    {
        using ITemporalNetwork network = await OpenAsync(_models.OneGraph(), 4, 4);
        await network.SubmitAsync(5, CancellationToken.None);
        Assert.That(
            () => network.SubmitAsync(7, CancellationToken.None),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Frame 6 is expected"));
        Assert.That(() => network.SubmitAsync(5, CancellationToken.None), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => network.PassGapAsync(5, CancellationToken.None), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(await network.SubmitAsync(6, CancellationToken.None), Is.True);
        Assert.That(network.Maps.Sequence, Is.EqualTo(5));
    }

    [Test]
    public async Task Maps_are_not_there_before_a_call_completed_a_frame()
    {
        using ITemporalNetwork network = await OpenAsync(_models.OneGraph(), 4, 4);
        await network.SubmitAsync(0, CancellationToken.None);
        Assert.That(() => network.Maps.Sequence, Throws.InvalidOperationException);
    }

    [Test]
    public void Frames_larger_than_even_tiles_can_cover_are_refused_before_anything_is_loaded()
    {
        Assert.That(
            async () => await OpenAsync(_models.OneGraph(), 16385, 20),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("512 × 512").And.Message.Contains("16384"));
        string wide = _models.OneGraph("wide", change: manifest => manifest["input"]!["size"]!["overlap"] = 256);
        Assert.That(
            async () => await OpenAsync(wide, 513, 20),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("nothing but their overlap of 256 pixels"));
    }

    [Test]
    public async Task Closing_while_a_frame_waits_ends_the_wait()
    {
        ITemporalNetwork network = await OpenAsync(_models.OneGraph(), 4, 4);
        network.Dispose();
        Assert.That(async () => await network.SubmitAsync(0, CancellationToken.None), Throws.InstanceOf<ObjectDisposedException>());
    }

    internal static async Task<string> FeedAsync(ITemporalNetwork network, IEnumerable<long> sequences, float factor)
    {
        var seen = new List<string>();
        foreach (long sequence in sequences)
        {
            while (await network.PassGapAsync(sequence, CancellationToken.None))
            {
                seen.Add(Describe(network, factor));
            }

            for (int y = 0; y < network.Height; y++)
            {
                network.InputRow(y).Fill(sequence + 1);
            }

            if (await network.SubmitAsync(sequence, CancellationToken.None))
            {
                seen.Add(Describe(network, factor));
            }
        }

        while (await network.FlushAsync(CancellationToken.None))
        {
            seen.Add(Describe(network, factor));
        }

        return string.Join(' ', seen);
    }

    private static string Describe(ITemporalNetwork network, float factor)
    {
        NetworkMaps maps = network.Maps;
        string window = "";
        for (int channel = 0; channel < maps.Channels; channel++)
        {
            float value = maps.Row(channel, 0)[0];
            Assert.That(maps.Row(channel, maps.Height - 1)[^1], Is.EqualTo(value), "the whole frame is of one value");
            window += value == 0 ? "-" : $"{(value / factor) - 1}";
        }

        return $"{maps.Sequence}:{window}";
    }

    private async Task<ITemporalNetwork> OpenAsync(string folder, int height, int width) =>
        await _hosts.OpenAsync(ModelPackageLoader.Load(folder), height, width, ExecutionProvider.Cpu, CancellationToken.None);
}
