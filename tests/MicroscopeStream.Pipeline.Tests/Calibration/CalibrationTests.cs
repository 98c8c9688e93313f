using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Calibration;

public sealed class CalibrationTests
{
    [TestCase(PixelType.UInt8)]
    [TestCase(PixelType.UInt12)]
    [TestCase(PixelType.UInt16)]
    [TestCase(PixelType.Float32)]
    public async Task The_method_gets_photons_by_the_cameras_formula(PixelType type)
    {
        var camera = new CameraModel { Kind = CameraKind.Emccd, BaselineAdu = 40, ElectronsPerAdu = 5, EmGain = 50, QuantumEfficiency = 0.8 };
        float seen = float.NaN;
        var probe = new ProbeMethod
        {
            OnFrame = (input, _, _) =>
            {
                seen = input.Photons(0)[7];
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await OpenAsync(bench, acquisition => acquisition with { PixelType = type, Camera = camera });
        Send(session, 0, bytes =>
        {
            switch (type)
            {
                case PixelType.UInt8:
                    bytes.Fill(200);
                    break;
                case PixelType.Float32:
                    MemoryMarshal.Cast<byte, float>(bytes).Fill(200);
                    break;
                default:
                    MemoryMarshal.Cast<byte, ushort>(bytes).Fill(200);
                    break;
            }
        });
        await session.CompleteAsync(CancellationToken.None);

        Assert.That(seen, Is.EqualTo((200 - 40) * 5 / 50.0 / 0.8).Within(1e-4));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Saturated_and_impossible_pixels_are_told_once_and_lower_the_trust()
    {
        await using var bench = new Bench();
        Session session = await OpenAsync(bench, acquisition => acquisition with { PixelType = PixelType.UInt12 });
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        for (int i = 0; i < 5; i++)
        {
            Send(session, i, bytes => MemoryMarshal.Cast<byte, ushort>(bytes)[..100].Fill(4095));
        }

        await session.CompleteAsync(CancellationToken.None);
        List<UpdateBody> bodies = [.. (await reading).Select(update => update.Body)];
        Assert.Multiple(() =>
        {
            Assert.That(bodies.OfType<Notice>().Single(notice => notice.Code == NoticeCodes.Saturation).Message, Does.Contain("Frame 0 has 100 saturated pixels"));
            Assert.That(bodies.OfType<Trust>().Last().Report.Level, Is.EqualTo(TrustLevel.Untrusted));
            Assert.That(bodies.OfType<Trust>().Last().Report.Reasons, Has.Exactly(1).Contains("saturated"));
        });
    }

    [Test]
    public async Task Pixels_that_are_no_numbers_become_zero_photons()
    {
        bool finite = false;
        var probe = new ProbeMethod
        {
            OnFrame = (input, _, _) =>
            {
                finite = input.Photons(0).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0;
                return default;
            },
        };
        await using var bench = new Bench(methods: probe);
        Session session = await OpenAsync(bench, acquisition => acquisition with { PixelType = PixelType.Float32 });
        Send(session, 0, bytes =>
        {
            Span<float> pixels = MemoryMarshal.Cast<byte, float>(bytes);
            pixels.Fill(100);
            (pixels[3], pixels[30]) = (float.NaN, float.PositiveInfinity);
        });
        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        Assert.That(finite, Is.True);
        Assert.That(summary.Warnings, Has.Exactly(1).Contains("2 pixels that are not finite"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_undescribed_camera_is_estimated_from_the_first_frames_and_none_of_them_is_lost()
    {
        var scene = new Scene(size: 128, density: 1);
        var probe = new ProbeMethod();
        await using var bench = new Bench(methods: probe);
        SessionSpecification specification = scene.Specification("probe");
        Session session = await bench.Manager.OpenAsync(
            specification with { Acquisition = specification.Acquisition with { Camera = null, FrameRate = 200 } }, CancellationToken.None);
        (_, SessionSummary summary) = await scene.StreamAsync(session, [.. Enumerable.Range(0, 120).Select(i => (long)i)]);

        string told = summary.Warnings.Single(warning => warning.Contains("baseline of", StringComparison.Ordinal));
        double[] numbers = [.. System.Text.RegularExpressions.Regex.Matches(told, @"\d+(\.\d+)?").Select(number => double.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture))];
        TestContext.Out.WriteLine(told);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(120));
            Assert.That(probe.Seen.Select(seen => seen.Sequence), Is.EqualTo(Enumerable.Range(0, 120)));
            Assert.That(numbers[1], Is.EqualTo(100).Within(5), "baseline, ADU");
            Assert.That(numbers[3], Is.EqualTo(1).Within(0.15), "photons per ADU");
        });
    }

    [TestCase(100, 256, 40, "")]
    [TestCase(100, 64, 12, "")]
    [TestCase(800, 256, 40, "under the stated baseline of 800")]
    [TestCase(800, 64, 12, "under the stated baseline of 800")]
    [CancelAfter(60_000)]
    public async Task A_described_camera_that_the_frames_contradict_is_told_and_not_trusted(double baseline, int size, int frames, string told)
    {
        var scene = new Scene(size, density: 1);
        await using var bench = new Bench(methods: new ProbeMethod());
        SessionSpecification specification = scene.Specification("probe");
        CameraModel stated = specification.Acquisition.Camera! with { BaselineAdu = baseline };
        Session session = await bench.Manager.OpenAsync(
            specification with { Acquisition = specification.Acquisition with { Camera = stated } }, CancellationToken.None);
        using UpdateSubscription watcher = session.Subscribe(new SubscriptionOptions());
        (_, SessionSummary summary) = await scene.StreamAsync(session, [.. Enumerable.Range(0, frames).Select(i => (long)i)]);

        List<UpdateBody> bodies = [.. (await Bench.ReadAllAsync(watcher)).Select(update => update.Body)];
        TrustReport last = bodies.OfType<Trust>().Last().Report;
        Assert.Multiple(() =>
        {
            Assert.That(summary.Frames.Processed, Is.EqualTo(frames));
            Assert.That(summary.Warnings, told.Length == 0 ? Is.Empty : Has.Exactly(1).Contains(told));
            Assert.That(last.Level, Is.EqualTo(told.Length == 0 ? TrustLevel.Good : TrustLevel.Untrusted));
        });
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_slow_camera_does_not_wait_for_the_estimate_longer_than_half_a_second()
    {
        var time = new TestTimeProvider();
        var probe = new ProbeMethod();
        await using var bench = new Bench(time, methods: probe);
        SessionSpecification specification = Bench.Specification("probe");
        Session session = await bench.Manager.OpenAsync(
            specification with { Acquisition = specification.Acquisition with { Camera = null } }, CancellationToken.None);
        await Bench.SendAsync(session, 0);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        Assert.That(probe.Seen, Is.Empty);

        time.Advance(TimeSpan.FromSeconds(0.5));
        for (int i = 0; i < 1000 && probe.Seen.Count == 0; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }

        Assert.That(probe.Seen, Has.Count.EqualTo(1));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    [CancelAfter(30_000)]
    public async Task Few_buffers_and_few_frames_do_not_stop_the_estimate(int buffers)
    {
        await using var bench = new Bench();
        SessionSpecification specification = Bench.Specification();
        Session session = await bench.Manager.OpenAsync(
            specification with { Acquisition = specification.Acquisition with { Camera = null }, BufferFrames = buffers }, CancellationToken.None);
        for (int i = 0; i < 7; i++)
        {
            await Bench.SendAsync(session, i);
        }

        Assert.That((await session.CompleteAsync(CancellationToken.None)).Frames.Processed, Is.EqualTo(7));
    }

    [Test]
    public async Task A_session_without_any_frame_ends()
    {
        await using var bench = new Bench();
        SessionSpecification specification = Bench.Specification();
        Session session = await bench.Manager.OpenAsync(
            specification with { Acquisition = specification.Acquisition with { Camera = null } }, CancellationToken.None);
        Assert.That((await session.CompleteAsync(CancellationToken.None)).Frames.Received, Is.Zero);
    }

    private static Task<Session> OpenAsync(Bench bench, Func<AcquisitionSpecification, AcquisitionSpecification> change)
    {
        SessionSpecification specification = Bench.Specification(bench.Manager.Methods.Ids.Contains("probe") ? "probe" : "none");
        return bench.Manager.OpenAsync(specification with { Acquisition = change(specification.Acquisition) }, CancellationToken.None);
    }

    private static void Send(Session session, long sequence, PixelFiller fill)
    {
        Assert.That(session.Pool.TryRent(out FrameLease lease), Is.True);
        lease.Frame.LengthBytes = session.Pool.BytesPerSlot;
        lease.Frame.Bytes.Clear();
        fill(lease.Frame.Bytes);
        lease.Frame.Header = new FrameHeader { Sequence = sequence };
        Assert.That(session.Offer(lease).Accepted, Is.True);
    }

    private delegate void PixelFiller(Span<byte> bytes);
}
