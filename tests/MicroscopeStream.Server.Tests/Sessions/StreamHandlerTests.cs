using System.IO.Pipelines;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Sessions;
using MicroscopeStream.Server.Tests.Support;
using FrameHeader = MicroscopeStream.Core.Frames.FrameHeader;
using FrameLease = MicroscopeStream.Core.Frames.FrameLease;

namespace MicroscopeStream.Server.Tests.Sessions;

/// <summary>A connection that breaks at the very message that is being written: the next one begins with it.</summary>
public sealed class StreamHandlerTests
{
    private const int Frames = 24;

    [Test]
    [CancelAfter(30_000)]
    public async Task Whichever_message_the_connection_breaks_at_every_result_is_written_once([Values(1, 2, 9, 20, 40)] int brokenWrite)
    {
        var gated = new GatedMethod();
        gated.Open();
        var methods = new MethodRegistry();
        methods.Register(gated);
        await using var manager = new SessionManager(methods, new SessionManagerOptions(), TimeProvider.System);
        SessionSpecification specification = OpenRequests.Translate(TestService.GoodRequest()).Specification;
        Session session = await manager.OpenAsync(specification, CancellationToken.None);
        for (int i = 0; i < Frames; i++)
        {
            // Every other number is missing: what waits in a row would be merged to one message.
            Assert.That(await session.WaitForBufferAsync(CancellationToken.None));
            Assert.That(session.Pool.TryRent(out FrameLease lease));
            lease.Frame.LengthBytes = specification.Acquisition.FrameBytes;
            lease.Frame.Header = new FrameHeader { Sequence = 2 * i };
            session.Offer(lease);
        }

        var written = new List<ulong>();
        var breaking = new Responses(written) { BreaksAt = brokenWrite };
        Assert.That(async () => await RunAsync(session, breaking), Throws.InstanceOf<IOException>());
        var lasting = new Responses(written);
        await RunAsync(session, lasting);
        Assert.That(written, Is.EqualTo(Enumerable.Range(0, Frames).Select(i => 2 * i)));
        Assert.That(lasting.Summary?.Frames.Processed, Is.EqualTo(Frames));
    }

    private static async Task RunAsync(Session session, Responses responses)
    {
        using StreamConnection connection = session.Connect();
        var requests = new StreamRequestReader(PipeReader.Create(Stream.Null), null, 1 << 20);
        using var handler = new StreamHandler(connection, requests, responses, TimeProvider.System);
        await handler.RunAsync(CancellationToken.None, CancellationToken.None);
    }

    private sealed class Responses(List<ulong> frames) : IServerStreamWriter<StreamResponse>
    {
        private int _updates;

        public int BreaksAt { get; init; }

        public SessionSummary? Summary { get; private set; }

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(StreamResponse message)
        {
            if (message.Update is not { } update)
            {
                return Task.CompletedTask;
            }

            if (++_updates == BreaksAt)
            {
                return Task.FromException(new IOException("The connection was reset."));
            }

            Summary = update.Summary ?? Summary;
            for (ulong frame = update.Range?.First ?? 0; update.Localizations is not null && frame <= update.Range!.Last; frame++)
            {
                frames.Add(frame);
            }

            return Task.CompletedTask;
        }

        public Task WriteAsync(StreamResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
