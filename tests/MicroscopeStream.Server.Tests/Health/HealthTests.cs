using Grpc.Core;
using MicroscopeStream.Contract.Health;
using MicroscopeStream.Server.Tests.Support;
using Serving = MicroscopeStream.Contract.Health.HealthCheckResponse.Types.ServingStatus;

namespace MicroscopeStream.Server.Tests.Health;

public sealed class HealthTests
{
    [TestCase("")]
    [TestCase("microscopestream.v1.SessionService")]
    [TestCase("microscopestream.v1.ModelService")]
    public async Task A_running_service_serves(string name)
    {
        await using TestService service = await TestService.StartAsync();
        HealthCheckResponse response = await Client(service).CheckAsync(new HealthCheckRequest { Service = name });
        Assert.That(response.Status, Is.EqualTo(Serving.Serving));
    }

    [Test]
    public async Task An_unknown_service_is_not_found()
    {
        await using TestService service = await TestService.StartAsync();
        RpcException failure = await TestService.FailureOf(() => Client(service).CheckAsync(new HealthCheckRequest { Service = "nobody" }).ResponseAsync);
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.NotFound));
    }

    [Test]
    public async Task Watch_tells_an_unknown_service_as_unknown_and_a_shutdown_as_not_serving()
    {
        await using TestService service = await TestService.StartAsync();
        using AsyncServerStreamingCall<HealthCheckResponse> unknown = Client(service).Watch(new HealthCheckRequest { Service = "nobody" });
        await unknown.ResponseStream.MoveNext(default);
        using AsyncServerStreamingCall<HealthCheckResponse> watch = Client(service).Watch(new HealthCheckRequest());
        await watch.ResponseStream.MoveNext(default);
        Serving before = watch.ResponseStream.Current.Status;
        Task stopping = service.Server.StopAsync();
        await watch.ResponseStream.MoveNext(default);
        Serving after = watch.ResponseStream.Current.Status;
        RpcException ended = await TestService.FailureOf(() => watch.ResponseStream.MoveNext(default));
        await stopping;
        Assert.Multiple(() =>
        {
            Assert.That(unknown.ResponseStream.Current.Status, Is.EqualTo(Serving.ServiceUnknown));
            Assert.That((before, after), Is.EqualTo((Serving.Serving, Serving.NotServing)));
            Assert.That(ended.StatusCode, Is.EqualTo(StatusCode.Unavailable));
        });
    }

    private static Contract.Health.Health.HealthClient Client(TestService service) => new(service.Channel);
}
