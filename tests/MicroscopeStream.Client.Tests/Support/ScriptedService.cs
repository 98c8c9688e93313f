using System.Net;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MicroscopeStream.Client.Tests.Support;

/// <summary>
/// A service that does exactly what a test says, over real gRPC: the generated base classes and protobuf's own parser, so
/// that what the client writes is read by something that does not share its code.
/// </summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedService(WebApplication app, string address, Script script)
    {
        _app = app;
        Address = address;
        Script = script;
    }

    internal string Address { get; }

    internal Script Script { get; }

    internal static async Task<ScriptedService> StartAsync(Script script, string? unixSocket = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ListenOptions? endPoint = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            if (unixSocket is null)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => Use(listen));
            }
            else
            {
                kestrel.ListenUnixSocket(unixSocket, listen => Use(listen));
            }
        });
        builder.Services.AddSingleton(script);
        builder.Services.AddGrpc();
        WebApplication app = builder.Build();
        app.MapGrpcService<Sessions>();
        await app.StartAsync();
        return new ScriptedService(app, unixSocket is null ? $"http://{endPoint!.IPEndPoint}" : $"unix:{unixSocket}", script);

        void Use(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http2;
            endPoint = listen;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private sealed class Sessions(Script script) : SessionService.SessionServiceBase
    {
        public override Task<OpenResponse> Open(OpenRequest request, ServerCallContext context)
        {
            script.Opened = request;
            return script.Open(request);
        }

        public override Task Stream(
            IAsyncStreamReader<StreamRequest> requestStream, IServerStreamWriter<StreamResponse> responseStream, ServerCallContext context) =>
            script.Stream(requestStream, responseStream, context);

        public override Task<ResumeResponse> Resume(ResumeRequest request, ServerCallContext context)
        {
            script.Resumes++;
            return Task.FromResult(new ResumeResponse { NextSequence = script.NextSequence, Plan = new Plan(), KeptForS = 60 });
        }

        public override Task<CloseResponse> Close(CloseRequest request, ServerCallContext context)
        {
            script.Closed = request;
            return Task.FromResult(new CloseResponse { Summary = new SessionSummary() });
        }
    }
}

/// <summary>What the scripted service does.</summary>
internal sealed class Script
{
    internal Func<OpenRequest, Task<OpenResponse>> Open { get; init; } = _ =>
        Task.FromResult(new OpenResponse { SessionId = "s1", ResumeToken = "t1", Plan = new Plan { Method = "m" } });

    internal required Func<IAsyncStreamReader<StreamRequest>, IServerStreamWriter<StreamResponse>, ServerCallContext, Task> Stream { get; init; }

    internal OpenRequest? Opened { get; set; }

    internal CloseRequest? Closed { get; set; }

    internal ulong NextSequence { get; set; }

    internal int Resumes { get; set; }

    /// <summary>Answers StreamStart with so many credits.</summary>
    internal static async Task BeginAsync(
        IAsyncStreamReader<StreamRequest> up, IServerStreamWriter<StreamResponse> down, ulong next, uint credits)
    {
        Assert.That(await up.MoveNext(CancellationToken.None), Is.True);
        Assert.That(up.Current.Start.SessionId, Is.EqualTo("s1"));
        Assert.That(up.Current.Start.ResumeToken, Is.EqualTo("t1"));
        await down.WriteAsync(new StreamResponse { Started = new StreamStarted { NextSequence = next, Credits = credits } });
    }

    internal static Task AcknowledgeAsync(IServerStreamWriter<StreamResponse> down, ulong through, uint credits) =>
        down.WriteAsync(new StreamResponse
        {
            Acknowledgement = new Acknowledgement { ReceivedThrough = through, Credits = credits, Received = through + 1 },
        });

    internal static Task UpdateAsync(IServerStreamWriter<StreamResponse> down, Update update) => down.WriteAsync(new StreamResponse
    {
        Update = update,
    });

    internal static Task SummaryAsync(IServerStreamWriter<StreamResponse> down, ulong received) =>
        UpdateAsync(down, new Update { Summary = new SessionSummary { Frames = new FrameCounts { Received = received } } });
}
