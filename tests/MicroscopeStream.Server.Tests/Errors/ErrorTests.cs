using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Tests.Errors;

public sealed class ErrorTests
{
    [Test]
    public async Task What_nobody_foresaw_is_internal_with_an_id_that_is_in_the_log_and_the_service_goes_on()
    {
        using var logs = new CapturedLogs();
        await using TestService service = await TestService.StartAsync(o => o with
        {
            ConfigureLogging = logging => logging.AddProvider(logs),
            ConfigureMethods = methods => methods.Register(new Exploding()),
        });
        RpcException failure = await TestService.FailureOf(() => service.Sessions.OpenAsync(TestService.GoodRequest(r => r.Method.Id = "exploding")).ResponseAsync);
        OpenResponse after = await service.Sessions.OpenAsync(TestService.GoodRequest(r => r.Method = new Method { Id = "none" }));
        string id = System.Text.RegularExpressions.Regex.Match(failure.Status.Detail, "error ([0-9a-f-]{36})").Groups[1].Value;
        Assert.Multiple(() =>
        {
            Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.Internal));
            Assert.That(failure.Status.Detail, Does.Not.Contain("secret detail"), "an exception's words are for the log");
            Assert.That(id, Is.Not.Empty);
            Assert.That(logs.Entries.Where(e => e.Level == LogLevel.Error && e.Text.Contains(id, StringComparison.Ordinal)).Select(e => e.Text), Has.One.Contain("secret detail"));
            Assert.That(after.SessionId, Is.Not.Empty);
        });
    }

    [TestCase("SessionService", "Open")]
    [TestCase("SessionService", "Close")]
    [TestCase("SessionService", "Watch")]
    [TestCase("SessionService", "Stream")]
    [TestCase("ModelService", "DescribeModel")]
    public async Task Bytes_that_are_no_message_are_the_senders_fault(string serviceName, string name)
    {
        await using TestService service = await TestService.StartAsync();
        RpcException failure = await TestService.FailureOf(() => SendBytesAsync(service, $"microscopestream.v1.{serviceName}", name, [0x0A, 0x50, 1, 2]));
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task A_method_that_does_not_exist_is_unimplemented()
    {
        await using TestService service = await TestService.StartAsync();
        RpcException failure = await TestService.FailureOf(() => SendBytesAsync(service, "microscopestream.v1.SessionService", "NoSuchMethod", []));
        Assert.That(failure.StatusCode, Is.EqualTo(StatusCode.Unimplemented));
    }

    [Test]
    public async Task No_token_is_ever_logged()
    {
        using var logs = new CapturedLogs();
        await using TestService service = await TestService.StartAsync(o => o with { ConfigureLogging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs) });
        using TestStream stream = await service.OpenStreamAsync();
        await stream.SendAsync(0);
        await stream.EndAsync();
        await TestService.FailureOf(() => service.Sessions.ResumeAsync(new ResumeRequest { SessionId = stream.Opened.SessionId, ResumeToken = "my-wrong-guess" }).ResponseAsync);
        Assert.Multiple(() =>
        {
            Assert.That(logs.Entries, Is.Not.Empty);
            Assert.That(logs.Entries.Select(e => e.Text), Has.None.Contain(stream.Opened.ResumeToken).And.None.Contain("my-wrong-guess"));
        });
    }

    private static async Task SendBytesAsync(TestService service, string serviceName, string name, byte[] bytes)
    {
        var raw = Marshallers.Create(static (byte[] b) => b, static b => b);
        using AsyncDuplexStreamingCall<byte[], byte[]> call = service.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, serviceName, name, raw, raw), null, default);
        await call.RequestStream.WriteAsync(bytes);
        await call.RequestStream.CompleteAsync();
        await foreach (byte[] _ in call.ResponseStream.ReadAllAsync())
        {
        }
    }

    private sealed class Exploding : IMethodFactory
    {
        public MethodDescription Description { get; } = new() { Id = "exploding", Task = "localization", Title = "Fails where nobody expects it" };

        public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification) => [];

        public IReadOnlyList<Pipeline.Publishing.Notice> Warn(SessionSpecification specification) => [];

        public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a secret detail");
    }
}
