using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroscopeStream.Contract.Reflection;
using MicroscopeStream.Server.Tests.Support;

namespace MicroscopeStream.Server.Tests.Reflection;

public sealed class ReflectionTests
{
    private TestService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await TestService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Every_service_is_listed()
    {
        ServerReflectionResponse answer = (await AskAsync(new ServerReflectionRequest { ListServices = "*", Host = "me" })).Single();
        Assert.Multiple(() =>
        {
            Assert.That(
                answer.ListServicesResponse.Service.Select(s => s.Name),
                Is.EquivalentTo(new[] { "microscopestream.v1.SessionService", "microscopestream.v1.ModelService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection" }));
            Assert.That(answer.ValidHost, Is.EqualTo("me"));
        });
    }

    [TestCase("microscopestream.v1.SessionService")]
    [TestCase("microscopestream.v1.SessionService.Open")]
    [TestCase("microscopestream.v1.Frame")]
    [TestCase("microscopestream.v1.Frame.pixels")]
    [TestCase("microscopestream.v1.PixelType")]
    [TestCase("microscopestream.v1.PIXEL_TYPE_UINT8")]
    [TestCase("microscopestream.v1.ErrorDetail")]
    [TestCase("google.rpc.Status")]
    [TestCase("grpc.health.v1.HealthCheckResponse.ServingStatus")]
    public async Task A_symbol_is_found_with_all_that_is_needed_to_build_its_descriptors(string symbol)
    {
        ServerReflectionResponse answer = (await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol })).Single();
        FileDescriptorProto[] files = [.. answer.FileDescriptorResponse.FileDescriptorProto.Select(f => FileDescriptorProto.Parser.ParseFrom(f))];
        IReadOnlyList<FileDescriptor> built = FileDescriptor.BuildFromByteStrings(files.Reverse().Select(f => Google.Protobuf.MessageExtensions.ToByteString(f)).OrderBy(b => Depth(files, b)));
        Assert.That(built, Has.Count.EqualTo(files.Length));
    }

    [Test]
    public async Task Questions_in_one_stream_are_answered_in_order_and_unknown_ones_with_an_error()
    {
        IReadOnlyList<ServerReflectionResponse> answers = await AskAsync(
            new ServerReflectionRequest { FileByFilename = "microscopestream/v1/frame.proto" },
            new ServerReflectionRequest { FileByFilename = "no.proto" },
            new ServerReflectionRequest { FileContainingSymbol = "no.Symbol" },
            new ServerReflectionRequest { AllExtensionNumbersOfType = "microscopestream.v1.Frame" },
            new ServerReflectionRequest { FileContainingExtension = new ExtensionRequest { ContainingType = "microscopestream.v1.Frame", ExtensionNumber = 5 } },
            new ServerReflectionRequest());
        Assert.Multiple(() =>
        {
            Assert.That(answers[0].FileDescriptorResponse.FileDescriptorProto, Has.Count.EqualTo(1));
            Assert.That(answers.Skip(1).Select(a => a.ErrorResponse?.ErrorCode), Is.EqualTo(new int?[] { 5, 5, null, 5, 3 }));
            Assert.That(answers[3].AllExtensionNumbersResponse.BaseTypeName, Is.EqualTo("microscopestream.v1.Frame"));
        });
    }

    [Test]
    public async Task Older_tools_find_it_under_v1alpha()
    {
        var alpha = new Method<ServerReflectionRequest, ServerReflectionResponse>(
            MethodType.DuplexStreaming,
            "grpc.reflection.v1alpha.ServerReflection",
            "ServerReflectionInfo",
            MicroscopeStream.Contract.Wire.ProtobufMarshaller.For(ServerReflectionRequest.Parser),
            MicroscopeStream.Contract.Wire.ProtobufMarshaller.For(ServerReflectionResponse.Parser));
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call =
            _service.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(alpha, null, default);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.RequestStream.CompleteAsync();
        List<ServerReflectionResponse> answers = await call.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.That(answers.Single().ListServicesResponse.Service, Is.Not.Empty);
    }

    // BuildFromByteStrings wants dependencies first.
    private static int Depth(FileDescriptorProto[] files, Google.Protobuf.ByteString file) => Depth(files, FileDescriptorProto.Parser.ParseFrom(file));

    private static int Depth(FileDescriptorProto[] files, FileDescriptorProto file) =>
        file.Dependency.Select(name => 1 + Depth(files, files.Single(f => f.Name == name))).DefaultIfEmpty(0).Max();

    private async Task<IReadOnlyList<ServerReflectionResponse>> AskAsync(params ServerReflectionRequest[] questions)
    {
        using AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call = new ServerReflection.ServerReflectionClient(_service.Channel).ServerReflectionInfo();
        foreach (ServerReflectionRequest question in questions)
        {
            await call.RequestStream.WriteAsync(question);
        }

        await call.RequestStream.CompleteAsync();
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }
}
