using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Sessions;

public sealed class SessionManagerTests
{
    [Test]
    public async Task Every_impossible_field_is_named_at_once()
    {
        await using var bench = new Bench();
        SessionSpecification impossible = Bench.Specification() with
        {
            Acquisition = new AcquisitionSpecification
            {
                Width = 0,
                Height = 20000,
                PixelSizeNm = double.NaN,
                ExposureMs = -1,
                FrameRate = double.PositiveInfinity,
                RoiX = -1,
                Binning = 0,
                Name = new string('x', 201),
                Camera = new() { ElectronsPerAdu = 0, QuantumEfficiency = 1.5 },
            },
            Method = new MethodRequest { Id = string.Empty, Provider = "quantum" },
            BufferFrames = -1,
            Preview = new PreviewOptions { Rate = double.NaN, PixelSizeNm = -1 },
        };

        SessionRefusedException refusal = await RefusalAsync(bench, impossible);

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Reason, Is.EqualTo(RefusalReason.InvalidSpecification));
            Assert.That(refusal.Problems.Select(problem => problem.Field), Is.SupersetOf(new[]
            {
                "acquisition.width", "acquisition.height", "acquisition.pixel_type", "acquisition.pixel_size_nm", "acquisition.exposure_ms",
                "acquisition.frame_rate", "acquisition.roi_x", "acquisition.binning", "acquisition.name", "acquisition.camera.electrons_per_adu",
                "acquisition.camera.quantum_efficiency", "method.id", "method.provider", "buffer_frames", "preview.rate", "preview.pixel_size_nm",
            }));
            Assert.That(refusal.Problems, Has.All.Property("Expected").Not.Empty.And.All.Property("Remedy").Not.Empty);
            Assert.That(refusal.Message, Does.Contain("acquisition.width is 0"));
        });
    }

    [TestCase(1e10, 100, 0, 0, "acquisition.frame_rate")]
    [TestCase(100, 1e308, 0, 0, "acquisition.pixel_size_nm")]
    [TestCase(100, 100, 1e-13, 0, "preview.rate")]
    [TestCase(100, 100, 0, 1e12, "preview.pixel_size_nm")]
    public async Task Values_beyond_any_microscope_are_refused_by_name(
        double frameRate, double pixelSizeNm, double previewRate, double previewPixelNm, string field)
    {
        await using var bench = new Bench(methods: new ProbeMethod());
        SessionSpecification specification = Bench.Specification();
        SessionRefusedException refusal = await RefusalAsync(bench, specification with
        {
            Acquisition = specification.Acquisition with { FrameRate = frameRate, PixelSizeNm = pixelSizeNm },
            Preview = new PreviewOptions { Rate = previewRate, PixelSizeNm = previewPixelNm },
        });
        Assert.That(refusal.Problems.Select(problem => problem.Field), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task Tiny_frames_at_the_highest_rate_get_a_bounded_number_of_buffers()
    {
        await using var bench = new Bench(methods: new ProbeMethod());
        SessionSpecification specification = Bench.Specification();
        Session session = await bench.Manager.OpenAsync(
            specification with { Acquisition = specification.Acquisition with { Width = 1, Height = 1, FrameRate = 1_000_000 }, Preview = new PreviewOptions { Rate = -1 } },
            CancellationToken.None);
        Assert.That(session.Plan.BufferFrames, Is.EqualTo(SessionSpecification.MostBufferFrames));
    }

    [Test]
    public async Task An_unknown_method_names_those_that_exist()
    {
        await using var bench = new Bench(methods: new ProbeMethod());
        SessionRefusedException refusal = await RefusalAsync(bench, Bench.Specification("magic"));
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Reason, Is.EqualTo(RefusalReason.NotFound));
            Assert.That(refusal.Problems.Single().Expected, Does.Contain("none").And.Contain("probe"));
        });
    }

    [Test]
    public async Task A_task_that_is_not_the_methods_is_refused()
    {
        await using var bench = new Bench();
        SessionSpecification specification = Bench.Specification() with { Method = new MethodRequest { Id = "none", Task = "localization" } };
        Assert.That((await RefusalAsync(bench, specification)).Problems.Single().Field, Is.EqualTo("method.task"));
    }

    [Test]
    public async Task Sessions_beyond_the_limit_are_refused_until_one_ends()
    {
        await using var bench = new Bench(options: new SessionManagerOptions { MostSessions = 2 });
        Session first = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        SessionRefusedException refusal = await RefusalAsync(bench, Bench.Specification());
        Assert.That(refusal.Reason, Is.EqualTo(RefusalReason.ResourcesExhausted));
        Assert.That(refusal.Message, Does.Contain("at most 2 sessions"));

        await bench.Manager.CloseAsync(first, abort: false, CancellationToken.None);
        await EventuallyAsync(async () => await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None));
    }

    [Test]
    public async Task Buffers_beyond_the_memory_are_refused_and_given_back()
    {
        await using var bench = new Bench(options: new SessionManagerOptions { MostBufferBytes = 1_000_000 });
        SessionRefusedException refusal = await RefusalAsync(bench, Bench.Specification() with { BufferFrames = 2000 });
        Assert.That(refusal.Reason, Is.EqualTo(RefusalReason.ResourcesExhausted));
        Assert.That(refusal.Message, Does.Contain("MB"));
        for (int i = 0; i < 20; i++)
        {
            await EventuallyAsync(async () =>
            {
                Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
                await bench.Manager.CloseAsync(session, abort: true, CancellationToken.None);
            });
        }
    }

    [Test]
    public async Task What_a_method_holds_counts_toward_the_memory_and_is_given_back()
    {
        var probe = new ProbeMethod(task: "image") { HeldBytes = 600_000 };
        await using var bench = new Bench(options: new SessionManagerOptions { MostBufferBytes = 1_000_000 }, methods: probe);
        Session first = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        SessionRefusedException refusal = await RefusalAsync(bench, Bench.Specification("probe"));
        Assert.That(refusal.Reason, Is.EqualTo(RefusalReason.ResourcesExhausted));
        Assert.That(probe.Disposed, Is.EqualTo(1), "what does not fit is not kept");

        await bench.Manager.CloseAsync(first, abort: false, CancellationToken.None);
        await EventuallyAsync(async () => await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None));
    }

    [Test]
    public async Task Camera_maps_count_toward_the_memory()
    {
        SessionSpecification specification = Bench.Specification();
        CameraModel mapped = specification.Acquisition.Camera! with
        {
            BaselineMap = new float[Bench.Width * Bench.Height],
            ReadVarianceMap = new float[Bench.Width * Bench.Height],
        };

        // 50 frames of 1280 bytes and 13 of 2048; maps of 2048 bytes each, the baseline twice more for the conversion.
        var limit = new SessionManagerOptions { MostBufferBytes = 95_000 };
        await using var bench = new Bench(options: limit);
        await bench.Manager.OpenAsync(specification, CancellationToken.None);
        await using var other = new Bench(options: limit);
        Assert.That(
            (await RefusalAsync(other, specification with { Acquisition = specification.Acquisition with { Camera = mapped } })).Reason,
            Is.EqualTo(RefusalReason.ResourcesExhausted));
    }

    [Test]
    public async Task Ids_and_tokens_differ_and_are_long_and_wrong_ones_are_refused()
    {
        await using var bench = new Bench();
        Session one = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        Session two = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(one.Id, Has.Length.EqualTo(32).And.Not.EqualTo(two.Id));
            Assert.That(one.ResumeToken, Has.Length.EqualTo(64).And.Not.EqualTo(two.ResumeToken));
            Assert.That(bench.Manager.Authenticate(one.Id, one.ResumeToken), Is.SameAs(one));
            Assert.That(Refusal(() => bench.Manager.Authenticate(one.Id, two.ResumeToken)).Reason, Is.EqualTo(RefusalReason.WrongToken));
            Assert.That(Refusal(() => bench.Manager.Authenticate(one.Id, string.Empty)).Reason, Is.EqualTo(RefusalReason.WrongToken));
            Assert.That(Refusal(() => bench.Manager.Authenticate("nobody", one.ResumeToken)).Reason, Is.EqualTo(RefusalReason.NotFound));
            Assert.That(Refusal(() => bench.Manager.Authenticate(string.Empty, one.ResumeToken)).Reason, Is.EqualTo(RefusalReason.NotFound));
            Assert.That(bench.Manager.Find(string.Empty), Is.SameAs(two), "watchers may ask for the newest");
            Assert.That(Refusal(() => bench.Manager.Authenticate(one.Id, two.ResumeToken)).Message, Does.Not.Contain(one.ResumeToken));
        });
    }

    [Test]
    public async Task Who_asks_for_the_newest_session_gets_one_that_has_not_ended_while_there_is_one()
    {
        await using var bench = new Bench();
        Session older = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        Session newer = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        await newer.CompleteAsync(CancellationToken.None);
        Assert.That(bench.Manager.Find(string.Empty), Is.SameAs(older));
        await older.CompleteAsync(CancellationToken.None);
        Assert.That(bench.Manager.Find(string.Empty), Is.SameAs(newer), "its summary is better than nothing");
    }

    [Test]
    public async Task Draining_works_off_what_is_held()
    {
        await using var bench = new Bench();
        Session session = await bench.Manager.OpenAsync(Bench.Specification(), CancellationToken.None);
        for (int i = 0; i < 10; i++)
        {
            await Bench.SendAsync(session, i);
        }

        await bench.Manager.DrainAsync(CancellationToken.None);
        Assert.That((await session.Completion).Frames.Processed, Is.EqualTo(10));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Draining_that_takes_too_long_is_aborted()
    {
        var probe = new ProbeMethod { OnFrame = async (_, _, cancelled) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled) };
        await using var bench = new Bench(methods: probe);
        Session session = await bench.Manager.OpenAsync(Bench.Specification("probe"), CancellationToken.None);
        await Bench.SendAsync(session, 0);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        await bench.Manager.DrainAsync(limit.Token);
        Assert.That((await session.Completion).Frames.Dropped, Is.EqualTo(1));
    }

    [Test]
    public async Task The_plan_states_what_was_decided()
    {
        var probe = new ProbeMethod(3, 1) { ExpectedMsPerFrame = 20, DomainWarnings = [new Notice(Severity.Warning, NoticeCodes.OutsideDomain, "Too large.")] };
        await using var bench = new Bench(methods: probe);
        SessionSpecification specification = Bench.Specification("probe");
        specification = specification with { Acquisition = specification.Acquisition with { Camera = null }, Preview = new PreviewOptions() };
        Session session = await bench.Manager.OpenAsync(specification, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(session.Plan, Has.Property("WindowFrames").EqualTo(3).And.Property("LookAheadFrames").EqualTo(1));
            Assert.That(session.Plan.SustainableFrameRate, Is.EqualTo(50));
            Assert.That(session.Plan.BufferFrames, Is.EqualTo(50), "half a second at 100 frames/s");
            Assert.That(session.Plan.Output, Is.EqualTo(new PixelGrid(Bench.Width * 5, Bench.Height * 5, 20)));
            Assert.That(session.Plan.Camera, Is.Null);
            Assert.That(session.Warnings.Select(warning => warning.Code), Is.EqualTo(new[] { NoticeCodes.OutsideDomain, NoticeCodes.RateNotSustainable, NoticeCodes.CameraEstimated }));
        });
    }

    [Test]
    public void A_method_whose_window_does_not_hold_its_look_ahead_cannot_be_registered() =>
        Assert.That(() => new MethodRegistry().Register(new ProbeMethod(2, 2)), Throws.ArgumentException.With.Message.Contains("window of 2"));

    private static async Task<SessionRefusedException> RefusalAsync(Bench bench, SessionSpecification specification)
    {
        try
        {
            await bench.Manager.OpenAsync(specification, CancellationToken.None);
        }
        catch (SessionRefusedException refusal)
        {
            return refusal;
        }

        throw new AssertionException("The session was opened.");
    }

    private static SessionRefusedException Refusal(Action action) => Assert.Throws<SessionRefusedException>(() => action())!;

    /// <summary>What an ended session held comes back a moment after its end.</summary>
    private static async Task EventuallyAsync(Func<Task> action)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                await action();
                return;
            }
            catch (SessionRefusedException) when (i < 200)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
