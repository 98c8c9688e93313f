using Google.Protobuf;
using Grpc.Core;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>One Stream call of the generated client, its responses collected as they come.</summary>
internal sealed class TestStream : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<StreamResponse> _responses = [];
    private readonly Task _reading;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestStream(OpenResponse opened, AsyncDuplexStreamingCall<StreamRequest, StreamResponse> call)
    {
        Opened = opened;
        Call = call;
        _reading = ReadAsync();
    }

    public OpenResponse Opened { get; }

    public AsyncDuplexStreamingCall<StreamRequest, StreamResponse> Call { get; }

    /// <summary>Ends with the call: faulted with its status, unless that is OK.</summary>
    public Task Completion => _reading;

    public IReadOnlyList<StreamResponse> Responses
    {
        get
        {
            lock (_lock)
            {
                return [.. _responses];
            }
        }
    }

    public IEnumerable<Update> Updates => Responses.Where(r => r.Update is not null).Select(r => r.Update);

    public IEnumerable<ulong> LocalizedFrames => Updates.Where(u => u.Localizations is not null).SelectMany(u => u.Localizations.Frame);

    public Acknowledgement? LastAcknowledgement => Responses.LastOrDefault(r => r.Acknowledgement is not null)?.Acknowledgement;

    public SessionSummary? Summary => Updates.LastOrDefault(u => u.Summary is not null)?.Summary;

    public static async Task<TestStream> StartAsync(SessionService.SessionServiceClient client, OpenResponse opened)
    {
        var stream = new TestStream(opened, client.Stream());
        await stream.Call.RequestStream.WriteAsync(
            new StreamRequest { Start = new StreamStart { SessionId = opened.SessionId, ResumeToken = opened.ResumeToken } });
        await stream.UntilAsync(s => s.Responses.Any(r => r.Started is not null));
        return stream;
    }

    /// <summary>A frame of 16 × 8 px, all of one value.</summary>
    public static Frame FrameOf(ulong sequence, ushort value = 100)
    {
        byte[] pixels = new byte[16 * 8 * 2];
        for (int i = 0; i < pixels.Length; i += 2)
        {
            BitConverter.TryWriteBytes(pixels.AsSpan(i), value);
        }

        return new Frame { Sequence = sequence, SenderTimestampNs = 1000 + sequence, Pixels = ByteString.CopyFrom(pixels) };
    }

    public Task SendAsync(ulong sequence, ushort value = 100) => SendAsync(FrameOf(sequence, value));

    public Task SendAsync(Frame frame) => Call.RequestStream.WriteAsync(new StreamRequest { Frame = frame });

    public async Task<SessionSummary> EndAsync()
    {
        await Call.RequestStream.CompleteAsync();
        await Completion;
        return Summary ?? throw new AssertionException("The stream ended without a summary.");
    }

    /// <summary>Waits until what has arrived fulfils a condition; fails when the call ends before, or after 20 s.</summary>
    public async Task UntilAsync(Func<TestStream, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                arrived = _arrived.Task;
            }

            if (condition(this))
            {
                return;
            }

            if (_reading.IsCompleted)
            {
                await _reading;
                throw new AssertionException("The stream ended before the condition was met.");
            }

            await Task.WhenAny(arrived, _reading).WaitAsync(limit.Token);
        }
    }

    public void Dispose() => Call.Dispose();

    private async Task ReadAsync()
    {
        await foreach (StreamResponse response in Call.ResponseStream.ReadAllAsync())
        {
            lock (_lock)
            {
                _responses.Add(response.Clone());
                _arrived.SetResult();
                _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
