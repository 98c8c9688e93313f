using Grpc.Core;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Hosting;

/// <summary>Stopping in order: nothing that was received is lost, and nobody waits for ever.</summary>
public sealed class ShutdownTests
{
    [Test]
    public async Task A_shutdown_works_off_what_was_received_and_gives_the_stream_its_account()
    {
        await using TestService service = await TestService.StartAsync();
        service.Gated.Shut();
        using TestStream stream = await service.OpenStreamAsync();
        for (ulong i = 0; i < 12; i++)
        {
            await stream.SendAsync(i);
        }

        await stream.UntilAsync(s => s.LastAcknowledgement?.Received == 12);
        Task stopping = service.Server.StopAsync();
        service.Gated.Open();
        RpcException told = await TestService.FailureOf(() => stream.Completion);
        await stopping;
        Assert.Multiple(() =>
        {
            Assert.That((told.StatusCode, Faults.Of(told).Single().Code), Is.EqualTo((StatusCode.Unavailable, "shutting-down")));
            Assert.That(stream.LocalizedFrames, Is.EqualTo(Enumerable.Range(0, 12).Select(i => (ulong)i)));
            Assert.That(stream.Summary?.Frames.Processed, Is.EqualTo(12));
        });
    }

    [Test]
    public async Task A_session_that_does_not_come_to_an_end_is_aborted_in_bounded_time()
    {
        await using TestService service = await TestService.StartAsync(o => o with { DrainTimeout = TimeSpan.FromMilliseconds(200) });
        service.Gated.Shut();
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.UntilAsync(s => s.LastAcknowledgement?.Received == 1);
        await service.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        RpcException told = await TestService.FailureOf(() => stream.Completion);
        Assert.That(told.StatusCode, Is.EqualTo(StatusCode.Unavailable));
    }

    [Test]
    public async Task Stopping_and_disposing_twice_does_no_harm()
    {
        TestService service = await TestService.StartAsync();
        Uri address = service.Server.GrpcAddress;
        await service.Server.StopAsync();
        await service.Server.StopAsync();
        await service.DisposeAsync();
        await service.DisposeAsync();

        using var probe = new System.Net.Sockets.TcpClient();
        Assert.That(() => probe.Connect(address.Host, address.Port), Throws.InstanceOf<System.Net.Sockets.SocketException>(), "the port is free again");
    }
}
