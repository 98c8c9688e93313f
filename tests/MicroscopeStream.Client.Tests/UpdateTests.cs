using System.IO.Compression;
using Google.Protobuf;
using MicroscopeStream.Client.Tests.Support;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Client.Tests;

public sealed class UpdateTests
{
    [Test]
    public async Task Localizations_come_with_their_frames_and_unknown_values_as_NaN()
    {
        var batch = new LocalizationBatch { Frame = { 4, 5 }, XNm = { 10.5, 20.25 }, YNm = { 30, 40 }, Photons = { 1000, 2000 }, SigmaXNm = { 5, 6 }, SigmaYNm = { 7, 8 } };
        List<SessionUpdate> updates = await ReceiveAsync(new Update
        {
            Range = new SequenceRange { First = 4, Last = 5 },
            SenderTimestampNs = 77,
            Timings = new StageTimings { ReconstructNs = 12 },
            Localizations = batch,
        });

        var update = (LocalizationsUpdate)updates[0];
        Assert.That(
            (update.FirstFrame, update.LastFrame, update.SenderTimestampNs, update.Timings!.ReconstructNs), Is.EqualTo((4L, 5L, 77L, 12UL)));
        Assert.That(update.ReceivedTimestamp, Is.GreaterThan(0));
        Assert.That(
            update.Localizations,
            Is.EqualTo(new[]
            {
                new Localization { Frame = 4, X = 10.5, Y = 30, Photons = 1000, SigmaX = 5, SigmaY = 7 },
                new Localization { Frame = 5, X = 20.25, Y = 40, Photons = 2000, SigmaX = 6, SigmaY = 8 },
            }));
    }

    [Test]
    public async Task A_batch_whose_columns_disagree_ends_the_session_with_the_column_named()
    {
        await using ScriptedService service = await ScriptedService.StartAsync(Saying(new Update
        {
            Localizations = new LocalizationBatch { Frame = { 1 }, XNm = { 1 }, YNm = { 1 }, Photons = { 1, 2 } },
        }));
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);

        Assert.That(async () => await session.CompleteAsync(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("photons"));
    }

    [TestCase(PlaneEncoding.Raw)]
    [TestCase(PlaneEncoding.Zlib)]
    public async Task A_preview_maps_back_to_values(PlaneEncoding encoding)
    {
        byte[] plane = [0, 0, 0xFF, 0xFF, 0x00, 0x80, 1, 0];
        List<SessionUpdate> updates = await ReceiveAsync(new Update
        {
            Preview = new Preview
            {
                Kind = PreviewKind.SuperResolved,
                Width = 2,
                Height = 2,
                BytesPerPixel = 2,
                Encoding = encoding,
                Data = ByteString.CopyFrom(encoding == PlaneEncoding.Zlib ? Pack(plane) : plane),
                DisplayMin = 10,
                DisplayMax = 30,
                PixelSizeNm = 20,
                Frames = 9,
                Localizations = 99,
            },
        });

        PreviewImage image = ((PreviewUpdate)updates[0]).Image;
        Assert.That((image.Width, image.Height, image.PixelSizeNm, image.Frames, image.Localizations), Is.EqualTo((2, 2, 20.0, 9L, 99L)));
        Assert.That(image.ToValues(), Is.EqualTo(new[] { 10f, 30f, 10 + (20 * 0x8000 / 65535f), 10 + (20 / 65535f) }).Within(1e-5));
        Assert.That(() => image[2, 0], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(3u, 8)]
    [TestCase(1u, 3)]
    public async Task A_preview_whose_bytes_do_not_fit_its_size_is_refused(uint bytesPerPixel, int length)
    {
        await using ScriptedService service = await ScriptedService.StartAsync(Saying(new Update
        {
            Preview = new Preview
            {
                Width = 2,
                Height = 2,
                BytesPerPixel = bytesPerPixel,
                Encoding = PlaneEncoding.Raw,
                Data = ByteString.CopyFrom(new byte[length]),
            },
        }));
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);

        Assert.That(async () => await session.CompleteAsync(), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task Every_kind_of_update_is_told_apart()
    {
        List<SessionUpdate> updates = await ReceiveAsync(
            new Update { Trust = new Trust { Level = Contract.V1.TrustLevel.Caution, Reasons = { "dense" } } },
            new Update { Decision = new Decision { Action = "stop", Parameters = { ["x"] = 1 } } },
            new Update { Notice = new Notice { Severity = Severity.Warning, Code = "c", Message = "m" } },
            new Update { Gap = new Gap { First = 7, Count = 2 } },
            new Update { Drop = new Drop { Cause = DropCause.Stale, Count = 3, Total = 5 } },
            new Update { Progress = new Progress { Localizations = 11 } },
            new Update());

        Assert.That(((TrustUpdate)updates[0]).Trust.Level, Is.EqualTo(Core.Results.TrustLevel.Caution));
        Assert.That(((DecisionUpdate)updates[1]).Decision.Action, Is.EqualTo("stop"));
        Assert.That(((NoticeUpdate)updates[2]).Notice.Message, Is.EqualTo("m"));
        Assert.That((((GapUpdate)updates[3]).FirstMissing, ((GapUpdate)updates[3]).Count), Is.EqualTo((7L, 2L)));
        Assert.That((((DropUpdate)updates[4]).Cause, ((DropUpdate)updates[4]).Total), Is.EqualTo((DropCause.Stale, 5L)));
        Assert.That(((ProgressUpdate)updates[5]).Progress.Localizations, Is.EqualTo(11));
        Assert.That(updates[6], Is.InstanceOf<SummaryUpdate>(), "a body that this client does not know is passed over");
    }

    [Test]
    public async Task Typed_events_and_the_sequence_tell_the_same()
    {
        await using ScriptedService service = await ScriptedService.StartAsync(Saying(
            new Update { Localizations = new LocalizationBatch { Frame = { 0 }, XNm = { 1 }, YNm = { 2 } } },
            new Update { Notice = new Notice { Message = "m" } }));
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);
        var events = new List<SessionUpdate>();
        session.LocalizationsReceived += events.Add;
        session.NoticeReceived += events.Add;
        IAsyncEnumerable<SessionUpdate> sequence = session.ReadUpdatesAsync();

        await session.CompleteAsync();

        var read = new List<SessionUpdate>();
        await foreach (SessionUpdate update in sequence)
        {
            read.Add(update);
        }

        Assert.That(read.Take(2), Is.EqualTo(events));
        Assert.That(read[^1], Is.InstanceOf<SummaryUpdate>());
    }

    private static async Task<List<SessionUpdate>> ReceiveAsync(params Update[] said)
    {
        await using ScriptedService service = await ScriptedService.StartAsync(Saying(said));
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);
        var updates = new List<SessionUpdate>();
        session.UpdateReceived += updates.Add;
        await session.CompleteAsync().WaitAsync(Requests.Patience);
        return updates;
    }

    /// <summary>Waits for the end of the frames, so that the test has its handlers in place, then talks.</summary>
    private static Script Saying(params Update[] said) => new()
    {
        Stream = async (up, down, _) =>
        {
            await Script.BeginAsync(up, down, 0, 10);
            await up.MoveNext(CancellationToken.None);
            foreach (Update update in said)
            {
                await Script.UpdateAsync(down, update);
            }

            await Script.SummaryAsync(down, 0);
        },
    };

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return packed.ToArray();
    }
}
