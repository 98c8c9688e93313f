using Grpc.AspNetCore.Server;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Errors;
using MicroscopeStream.Server.Health;
using MicroscopeStream.Server.Hosting;
using MicroscopeStream.Server.Models;
using MicroscopeStream.Server.Observing;
using MicroscopeStream.Server.Reflection;
using MicroscopeStream.Server.Security;
using MicroscopeStream.Server.Sessions;
using MicroscopeStream.Server.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the service to an ASP.NET Core application of one's own; <see cref="MicroscopeStreamServer"/> does it in one call.</summary>
public static class MicroscopeStreamServiceExtensions
{
    /// <summary>Adds sessions, methods, health and reflection.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">Limits and model folders; its addresses are not used here: the application has its own.</param>
    /// <returns>gRPC's builder, to add interceptors and services.</returns>
    public static IGrpcServerBuilder AddMicroscopeStream(this IServiceCollection services, MicroscopeStreamServerOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(options.TimeProvider);
        services.AddSingleton<HealthRegistry>();
        services.AddSingleton<ModelLibrary>();
        services.AddSingleton(static provider => provider.GetRequiredService<ModelLibrary>().Shelf);
        services.AddSingleton(static provider => provider.GetRequiredService<ModelLibrary>().Methods);
        services.AddSingleton(provider => new SessionManager(
            provider.GetRequiredService<MethodRegistry>(),
            new SessionManagerOptions { MostSessions = options.MaxSessions, KeepDisconnected = options.KeepDisconnected },
            options.TimeProvider,
            provider.GetService<ILoggerFactory>()));
        services.AddSingleton<ShutdownDrain>();
        services.AddSingleton<HealthReport>();
        services.AddSingleton<ServerInstruments>();
        services.AddSingleton<MetricsEndpoint>();
        services.AddSingleton<AccessPolicy>();
        services.AddSingleton<AccessInterceptor>();
        services.AddSingleton<ViewerAccess>();
        services.AddSingleton<ViewerEndpoint>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ShutdownDrain>());

        // One instance each: they hold no state of a call.
        services.AddSingleton<SessionGrpcService>();
        services.AddSingleton<ModelGrpcService>();
        services.AddSingleton<HealthGrpcService>();
        services.AddSingleton<ReflectionGrpcService>();
        services.AddSingleton<ErrorInterceptor>();
        return services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.MaxMessageBytes;
            grpc.MaxSendMessageSize = null;
            grpc.EnableDetailedErrors = false;
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<AccessInterceptor>();
        });
    }

    /// <summary>Maps the gRPC services, the viewer with what it talks to, and the probes.</summary>
    /// <param name="endpoints">The application's endpoints.</param>
    /// <returns>A builder for conventions that all gRPC methods shall follow.</returns>
    public static IEndpointConventionBuilder MapMicroscopeStream(this IEndpointRouteBuilder endpoints)
    {
        // Here, not at the first scrape: what was measured before it counts too.
        HealthRegistry health = endpoints.ServiceProvider.GetRequiredService<HealthRegistry>();
        HealthReport report = endpoints.ServiceProvider.GetRequiredService<HealthReport>();
        endpoints.ServiceProvider.GetRequiredService<MetricsEndpoint>();
        endpoints.ServiceProvider.GetRequiredService<ServerInstruments>().Tell(() => health.IsServing, () => report.Reasons().Count > 0);
        endpoints.ServiceProvider.GetRequiredService<AccessPolicy>();
        StatusPage.Map(endpoints);
        MetricsEndpoint.Map(endpoints);
        ViewerEndpoint.Map(endpoints);
        ViewerApi.Map(endpoints);
        ViewerFiles.Map(endpoints);
        return new EveryService(
        [
            endpoints.MapGrpcService<SessionGrpcService>(),
            endpoints.MapGrpcService<ModelGrpcService>(),
            endpoints.MapGrpcService<HealthGrpcService>(),
            endpoints.MapGrpcService<ReflectionGrpcService>(),
        ]);
    }

    private sealed class EveryService(IReadOnlyList<IEndpointConventionBuilder> services) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention)
        {
            foreach (IEndpointConventionBuilder service in services)
            {
                service.Add(convention);
            }
        }
    }
}
