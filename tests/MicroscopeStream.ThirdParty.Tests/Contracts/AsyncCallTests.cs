using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class AsyncCallTests
{
    private static readonly Metadata Headers = new() { { "h", "1" } };
    private static readonly Metadata Trailers = new() { { "t", "1" } };

    [Test]
    public async Task Unary_call_gives_its_parts_from_functions_without_state()
    {
        int disposed = 0;
        var call = new AsyncUnaryCall<string>(
            Task.FromResult("r"), Task.FromResult(Headers), () => Status.DefaultCancelled, () => Trailers, () => disposed++);

        Assert.That(await call, Is.EqualTo("r"));
        Assert.That(await call.ConfigureAwait(false), Is.EqualTo("r"));
        Assert.That(await call.ResponseHeadersAsync, Is.SameAs(Headers));
        Assert.That(call.GetStatus(), Is.EqualTo(Status.DefaultCancelled));
        Assert.That(call.GetTrailers(), Is.SameAs(Trailers));
        call.Dispose();
        Assert.That(disposed, Is.EqualTo(1));
    }

    [Test]
    public async Task Duplex_call_passes_its_state_to_each_function()
    {
        var state = new State();
        var call = new AsyncDuplexStreamingCall<string, string>(
            new Writer(),
            new Reader(),
            given => Task.FromResult(((State)given).Seen("headers", Headers)),
            given => ((State)given).Seen("status", Status.DefaultSuccess),
            given => ((State)given).Seen("trailers", Trailers),
            given => ((State)given).Seen("dispose", 0),
            state);

        Assert.That(state.Log, Is.Empty);
        Assert.That(await call.ResponseHeadersAsync, Is.SameAs(Headers));
        Assert.That(call.GetStatus(), Is.EqualTo(Status.DefaultSuccess));
        Assert.That(call.GetTrailers(), Is.SameAs(Trailers));
        call.Dispose();
        Assert.That(state.Log, Is.EqualTo(new[] { "headers", "status", "trailers", "dispose" }));
    }

    [Test]
    public void Writer_that_cannot_cancel_says_so()
    {
        IAsyncStreamWriter<string> writer = new Writer();
        using var source = new CancellationTokenSource();

        Assert.That(async () => await writer.WriteAsync("x", CancellationToken.None), Throws.Nothing);
        Assert.That(async () => await writer.WriteAsync("x", source.Token), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task Stream_can_be_read_with_await_foreach_and_cancelled()
    {
        var seen = new List<string>();
        await foreach (string message in new Reader("a", "b").ReadAllAsync())
        {
            seen.Add(message);
        }

        Assert.That(seen, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(
            async () => await new Reader("a").ReadAllAsync().GetAsyncEnumerator(new CancellationToken(true)).MoveNextAsync(),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync(), Throws.ArgumentNullException);
    }

    private sealed class State
    {
        public List<string> Log { get; } = [];

        public T Seen<T>(string what, T value)
        {
            Log.Add(what);
            return value;
        }
    }

    private sealed class Reader(params string[] messages) : IAsyncStreamReader<string>
    {
        private int _position = -1;

        public string Current => messages[_position];

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(++_position < messages.Length);
        }
    }

    private sealed class Writer : IClientStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
