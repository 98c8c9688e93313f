using Grpc.Core;
using MicroscopeStream.Contract.Health;
using MicroscopeStream.Server.Errors;
using Microsoft.Extensions.Hosting;
using Serving = MicroscopeStream.Contract.Health.HealthCheckResponse.Types.ServingStatus;

namespace MicroscopeStream.Server.Health;

/// <summary>grpc.health.v1, per service and as a whole.</summary>
[BindServiceMethod(typeof(HealthGrpcService), nameof(BindStrictly))]
internal sealed class HealthGrpcService(HealthRegistry health, IHostApplicationLifetime lifetime) : Contract.Health.Health.HealthBase
{
    public static void BindStrictly(ServiceBinderBase binder, Contract.Health.Health.HealthBase? service) =>
        Contract.Health.Health.BindService(new StrictBinder(binder), service);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        health.Find(request.Service).Status is { } status
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new RpcException(new Status(StatusCode.NotFound, $"There is no service '{request.Service}' here; leave it empty to ask for the server as a whole."));

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        Serving? last = null;
        for (bool stopping = false; ; stopping = ending.IsCancellationRequested)
        {
            // The state first, also at the very end: a watcher learns NOT_SERVING before its call is ended.
            (Serving? status, Task changed) = health.Find(request.Service);
            Serving now = status ?? Serving.ServiceUnknown;
            if (now != last)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = now }, context.CancellationToken).ConfigureAwait(false);
                last = now;
            }

            if (stopping)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "The service is shutting down."));
            }

            await changed.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
