using MicroscopeStream.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Hosting;

/// <summary>
/// The service as an object: starts, tells where it listens, and stops after its sessions have worked off what they hold.
/// Use it inside another program, or behind <c>mstream serve</c>.
/// </summary>
/// <example>
/// <code>
/// await using var server = await MicroscopeStreamServer.StartAsync(new() { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null }, ct);
/// using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
/// </code>
/// </example>
/// <remarks>Thread-safe. It takes over neither signals nor configuration files of the surrounding program.</remarks>
public sealed class MicroscopeStreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly KestrelSetup _kestrel;
    private int _disposed;

    private MicroscopeStreamServer(WebApplication app, KestrelSetup kestrel, MicroscopeStreamServerOptions options)
    {
        _app = app;
        _kestrel = kestrel;
        Options = options;
    }

    /// <summary>What it was started with.</summary>
    public MicroscopeStreamServerOptions Options { get; }

    /// <summary>The address that gRPC is bound to, with the port that was taken.</summary>
    public Uri GrpcAddress => _kestrel.GrpcAddress;

    /// <summary>The address of the HTTP endpoint, or null where there is none.</summary>
    public Uri? HttpAddress => _kestrel.HttpAddress;

    /// <summary>
    /// The address to open in a browser, or null where there is none. Beyond loopback it carries the token, behind a # so that no
    /// server's log gets it.
    /// </summary>
    public Uri? ViewerAddress => HttpAddress is { } http && _app.Services.GetRequiredService<AccessPolicy>() is var access
        ? new UriBuilder(http) { Fragment = access.ViewerToken is { } token ? $"token={token}" : string.Empty }.Uri
        : null;

    /// <summary>The Unix socket that speaks gRPC, or null.</summary>
    public string? UnixSocketPath => Options.UnixSocketPath;

    /// <summary>The service's own parts.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Starts a service; when this returns, it serves.</summary>
    /// <param name="options">Where to listen and what to allow.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">An address is no URL or unguarded, or the certificate or the token file cannot be used.</exception>
    /// <exception cref="IOException">An address is in use.</exception>
    /// <exception cref="OperationCanceledException">Starting was cancelled.</exception>
    public static async Task<MicroscopeStreamServer> StartAsync(MicroscopeStreamServerOptions options, CancellationToken cancellationToken = default)
    {
        var kestrel = new KestrelSetup(options);
        kestrel.Prepare();

        // An empty builder: no appsettings.json, environment variable or command line of a surrounding program may move our endpoints.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "MicroscopeStream" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel.Configure);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + TimeSpan.FromSeconds(10));
        options.ConfigureLogging?.Invoke(builder.Logging);
        builder.Services.AddMicroscopeStream(options);

        WebApplication app = builder.Build();
        try
        {
            app.MapMicroscopeStream();
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var server = new MicroscopeStreamServer(app, kestrel, options);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            kestrel.RestrictSocket();
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        ServerLog.Listening(app.Logger, server.GrpcAddress, server.HttpAddress, server.UnixSocketPath);
        return server;
    }

    /// <summary>Waits until the service has stopped, or stops it when cancelled.</summary>
    /// <param name="cancellationToken">Stops the service.</param>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>
    /// Stops: new sessions are refused, streams are told, sessions work off what they hold for at most
    /// <see cref="MicroscopeStreamServerOptions.DrainTimeout"/>, then connections close.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting and closes at once.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>Stops and frees everything. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The default lifetime would take Ctrl-C away from the program that embeds us.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
