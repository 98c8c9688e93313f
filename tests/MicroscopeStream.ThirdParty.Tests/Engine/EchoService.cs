using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>
/// Echoes. The text <c>fail</c> ends a call with a status and trailers, <c>throw</c> with an unexpected exception,
/// <c>wait</c> never answers; headers that begin with <c>echo-</c> come back as response headers and trailers.
/// </summary>
internal sealed class EchoService(CallLog log) : Echo.EchoBase
{
    public override async Task<EchoMessage> Unary(EchoMessage request, ServerCallContext context)
    {
        log.Peer = context.Peer;
        log.Method = context.Method;
        log.Deadline = context.Deadline;
        await ReturnHeadersAsync(context);
        switch (request.Text)
        {
            case "fail":
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, "laser interlock open — 開"),
                    new Metadata { { "reason", "interlock" }, { "detail-bin", [0, 1, 254, 255] } });
            case "throw":
                throw new InvalidDataException("a secret of the server");
            case "status":
                context.Status = new Status(StatusCode.DataLoss, "frames 3 to 5");
                return request;
            case "wait":
                await WaitForeverAsync(context.CancellationToken);
                return request;
            default:
                return request;
        }
    }

    public override async Task<EchoMessage> Collect(IAsyncStreamReader<EchoMessage> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        using var data = new MemoryStream();
        await foreach (EchoMessage request in requestStream.ReadAllAsync())
        {
            texts.Add(request.Text);
            request.Data.WriteTo(data);
        }

        return new EchoMessage
        {
            Text = string.Join('+', texts),
            Data = Google.Protobuf.ByteString.CopyFrom(data.ToArray()),
            Repeat = texts.Count,
        };
    }

    public override async Task Repeat(EchoMessage request, IServerStreamWriter<EchoMessage> responseStream, ServerCallContext context)
    {
        for (int i = 0; i < request.Repeat; i++)
        {
            await responseStream.WriteAsync(request, context.CancellationToken);
        }

        if (request.Text == "wait")
        {
            await WaitForeverAsync(context.CancellationToken);
        }

        context.ResponseTrailers.Add("written", request.Repeat.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (request.Text == "fail")
        {
            throw new RpcException(new Status(StatusCode.Aborted, "after the last"));
        }
    }

    public override async Task Exchange(
        IAsyncStreamReader<EchoMessage> requestStream, IServerStreamWriter<EchoMessage> responseStream, ServerCallContext context)
    {
        await ReturnHeadersAsync(context);
        while (await requestStream.MoveNext())
        {
            await responseStream.WriteAsync(requestStream.Current);
        }
    }

    private static async Task ReturnHeadersAsync(ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (Metadata.Entry entry in context.RequestHeaders)
        {
            if (entry.Key.StartsWith("echo-", StringComparison.Ordinal))
            {
                headers.Add(entry);
                context.ResponseTrailers.Add(entry);
            }
        }

        await context.WriteResponseHeadersAsync(headers);
    }

    private async Task WaitForeverAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            log.Cancelled.TrySetResult();
        }
    }
}
