using Grpc.Core;
using MicroscopeStream.Client.Tests.Support;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Client.Tests;

public sealed class SendingTests
{
    [Test]
    public async Task A_frame_arrives_with_its_header_and_its_pixels()
    {
        var received = new TaskCompletionSource<Contract.V1.Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, _) =>
            {
                await Script.BeginAsync(up, down, 0, 4);
                await up.MoveNext(CancellationToken.None);
                received.SetResult(up.Current.Frame.Clone());
                await Script.SummaryAsync(down, 1);
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);
        var header = new FrameHeader
        {
            Sequence = 3,
            Channel = 1,
            TimeIndex = 0,
            SliceIndex = 2,
            PositionIndex = -1,
            AngleIndex = 1,
            PhaseIndex = -1,
            ExposureMs = 20,
            RoiX = 5,
            RoiY = 6,
            CameraTimestampNs = 1234,
            SenderTimestampNs = 5678,
        };

        await session.SendAsync(header, Requests.Pixels(3));

        Contract.V1.Frame frame = await received.Task.WaitAsync(Requests.Patience);
        var expected = new Contract.V1.Frame
        {
            Sequence = 3,
            Channel = 1,
            TimeIndex = 0,
            SliceIndex = 2,
            AngleIndex = 1,
            ExposureMs = 20,
            RoiX = 5,
            RoiY = 6,
            CameraTimestampNs = 1234,
            SenderTimestampNs = 5678,
            Pixels = Google.Protobuf.ByteString.CopyFrom(Requests.Pixels(3)),
        };
        Assert.That(frame, Is.EqualTo(expected));
        Assert.That((session.NextSequence, session.FramesSent), Is.EqualTo((4L, 1L)));
    }

    [TestCase(30)]
    [TestCase(0)]
    public async Task No_frame_leaves_before_the_service_has_room(int reconnectSeconds)
    {
        var arrived = new SemaphoreSlim(0);
        var proceed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, _) =>
            {
                await Script.BeginAsync(up, down, 0, 2);
                Task acknowledge = AcknowledgeLaterAsync(down, proceed.Task);
                while (await up.MoveNext(CancellationToken.None) && up.Current.BodyCase == StreamRequest.BodyOneofCase.Frame)
                {
                    arrived.Release();
                }

                await acknowledge;
                await Script.SummaryAsync(down, 3);
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small with { ReconnectFor = TimeSpan.FromSeconds(reconnectSeconds) });

        await session.SendAsync(Requests.Pixels(0));
        await session.SendAsync(Requests.Pixels(1));
        Task third = session.SendAsync(Requests.Pixels(2));
        Assert.That(await arrived.WaitAsync(Requests.Patience) && await arrived.WaitAsync(Requests.Patience), Is.True);
        Assert.That(third.IsCompleted, Is.False, "two credits were given, and two frames sent");

        proceed.SetResult();
        await third.WaitAsync(Requests.Patience);
        Assert.That((await session.CompleteAsync()).Frames.Received, Is.EqualTo(3));

        static async Task AcknowledgeLaterAsync(IServerStreamWriter<StreamResponse> down, Task signal)
        {
            await signal;
            await Script.AcknowledgeAsync(down, 0, 2);
        }
    }

    [Test]
    public async Task An_acknowledgement_before_the_first_frame_acknowledges_none()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, _) =>
            {
                await Script.BeginAsync(up, down, 0, 0);
                await down.WriteAsync(new StreamResponse
                {
                    Acknowledgement = new Acknowledgement { ReceivedThrough = 0, Credits = 1, Received = 0 },
                });
                await second.Task;
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);

        await session.SendAsync(Requests.Pixels(0)).WaitAsync(Requests.Patience);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        Assert.That(
            async () => await session.SendAsync(Requests.Pixels(1), soon.Token), Throws.InstanceOf<OperationCanceledException>(),
            "one credit is one frame");
        second.SetResult();
    }

    [Test]
    public async Task A_cancelled_wait_sends_nothing_and_the_number_is_free_again()
    {
        await using ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, _) =>
            {
                await Script.BeginAsync(up, down, 0, 1);
                await up.MoveNext(CancellationToken.None);
                Assert.That(up.Current.Frame.Sequence, Is.Zero);
                Assert.That(await up.MoveNext(CancellationToken.None) && up.Current.BodyCase == StreamRequest.BodyOneofCase.End, Is.True);
                await Script.SummaryAsync(down, 1);
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);
        await session.SendAsync(Requests.Pixels(0));
        using var cancel = new CancellationTokenSource();
        Task waiting = session.SendAsync(Requests.Pixels(1), cancel.Token);
        await cancel.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(session.NextSequence, Is.EqualTo(1));
        Assert.That((await session.CompleteAsync()).Frames.Received, Is.EqualTo(1));
    }

    [Test]
    public async Task Frames_of_another_size_and_numbers_that_do_not_rise_are_refused_here()
    {
        await using ScriptedService service = await ScriptedService.StartAsync(new Script { Stream = (up, down, context) => IdleAsync(up, down, context) });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);
        await session.SendAsync(Requests.Pixels(0));

        Assert.That(
            async () => await session.SendAsync(new byte[23]), Throws.ArgumentException.With.Message.Contains("23 bytes; agreed were 24"));
        Assert.That(
            async () => await session.SendAsync(new FrameHeader { Sequence = 0 }, Requests.Pixels(0)),
            Throws.ArgumentException.With.Message.Contains("must rise"));
        Assert.That(session.FramesSent, Is.EqualTo(1));
    }

    [Test]
    public async Task What_the_service_says_in_the_end_reaches_who_sends_and_who_completes()
    {
        await using ScriptedService service = await ScriptedService.StartAsync(new Script
        {
            Stream = async (up, down, _) =>
            {
                await Script.BeginAsync(up, down, 0, 100);
                await up.MoveNext(CancellationToken.None);
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "the session was closed by another client"));
            },
        });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        await using AcquisitionSession session = await client.OpenAsync(Requests.Small);
        await session.SendAsync(Requests.Pixels(0));

        MicroscopeStreamException ended = (await Assert.ThrowsAsync<MicroscopeStreamException>(() => session.CompleteAsync()))!;

        Assert.That(ended.Message, Does.Contain("closed by another client"));
        Assert.That(
            async () => await session.SendAsync(Requests.Pixels(1)), Throws.InstanceOf<InvalidOperationException>(),
            "completed is completed");
    }

    [Test]
    public async Task Leaving_without_completing_aborts_the_session()
    {
        await using ScriptedService service = await ScriptedService.StartAsync(new Script { Stream = IdleAsync });
        await using MicroscopeClient client = MicroscopeClient.Connect(service.Address);
        AcquisitionSession session = await client.OpenAsync(Requests.Small);

        await session.DisposeAsync();

        Assert.That(service.Script.Closed?.Abort, Is.True);
    }

    private static async Task IdleAsync(
        IAsyncStreamReader<StreamRequest> up, IServerStreamWriter<StreamResponse> down, ServerCallContext context)
    {
        await Script.BeginAsync(up, down, 0, 100);
        while (await up.MoveNext(context.CancellationToken))
        {
        }
    }
}
