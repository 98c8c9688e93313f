using Grpc.Core;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Hosting;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>The real service on a free port of loopback, with the generated client on the real channel.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(MicroscopeStreamServer server, GatedMethod gated)
    {
        Server = server;
        Gated = gated;
        Channel = NewChannel();
        Sessions = new SessionService.SessionServiceClient(Channel);
        Models = new ModelService.ModelServiceClient(Channel);
    }

    public MicroscopeStreamServer Server { get; }

    public GatedMethod Gated { get; }

    public GrpcChannel Channel { get; }

    public SessionService.SessionServiceClient Sessions { get; }

    public ModelService.ModelServiceClient Models { get; }

    public static async Task<TestService> StartAsync(Func<MicroscopeStreamServerOptions, MicroscopeStreamServerOptions>? configure = null)
    {
        var gated = new GatedMethod();
        var options = new MicroscopeStreamServerOptions
        {
            GrpcUrl = "http://127.0.0.1:0",
            HttpUrl = null,
            ConfigureMethods = methods => methods.Register(gated),
        };
        return new TestService(await MicroscopeStreamServer.StartAsync(configure?.Invoke(options) ?? options), gated);
    }

    /// <summary>A connection of its own.</summary>
    public GrpcChannel NewChannel() => GrpcChannel.ForAddress(Server.GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    /// <summary>A request that is right in every field: 16 × 8 px of uint16, a camera of one photon per ADU without baseline.</summary>
    public static OpenRequest GoodRequest(Action<OpenRequest>? change = null)
    {
        var request = new OpenRequest
        {
            Acquisition = new Acquisition
            {
                Width = 16,
                Height = 8,
                PixelType = PixelType.Uint16,
                PixelSizeNm = 100,
                Camera = new Camera { Kind = CameraKind.Scmos, ElectronsPerAdu = 1 },
                Name = "test",
            },
            Method = new Method { Task = "localization", Id = GatedMethod.Id },
            Preview = new PreviewOptions { Rate = -1 },
        };
        change?.Invoke(request);
        return request;
    }

    public async Task<TestStream> OpenStreamAsync(Action<OpenRequest>? change = null)
    {
        OpenResponse opened = await Sessions.OpenAsync(GoodRequest(change));
        return await TestStream.StartAsync(Sessions, opened);
    }

    public async ValueTask DisposeAsync()
    {
        Gated.Open();
        Channel.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>The status that a call ends with.</summary>
    public static async Task<RpcException> FailureOf(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException e)
        {
            return e;
        }

        throw new AssertionException("The call succeeded.");
    }
}
