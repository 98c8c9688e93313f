using Google.Protobuf.Reflection;
using Grpc.Core;
using MicroscopeStream.Contract.Reflection;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Reflection;

/// <summary>grpc.reflection.v1: tools like grpcurl need no proto files. Also under the name v1alpha, which older tools ask for.</summary>
[BindServiceMethod(typeof(ReflectionGrpcService), nameof(BindStrictly))]
internal sealed class ReflectionGrpcService : ServerReflection.ServerReflectionBase
{
    private static readonly DescriptorIndex Index = new(
        [SessionService.Descriptor, ModelService.Descriptor, Contract.Health.Health.Descriptor, ServerReflection.Descriptor],
        ErrorReflection.Descriptor,
        Contract.Rpc.StatusReflection.Descriptor);

    public static void BindStrictly(ServiceBinderBase binder, ServerReflection.ServerReflectionBase? service)
    {
        ServerReflection.BindService(new StrictBinder(binder), service);
        ServerReflection.BindService(new StrictBinder(new AlphaName(binder)), service);
    }

    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            await responseStream.WriteAsync(Answer(requestStream.Current), context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse { Service = { Index.Services.Select(name => new ServiceResponse { Name = name }) } };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                SetFile(response, Index.FindFile(request.FileByFilename), $"file '{request.FileByFilename}'");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                SetFile(response, Index.FindSymbol(request.FileContainingSymbol), $"symbol '{request.FileContainingSymbol}'");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when Index.IsMessage(request.AllExtensionNumbersOfType):
                response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                SetFile(response, null, $"type '{request.AllExtensionNumbersOfType}'");
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                // proto3 declares no extensions.
                SetFile(response, null, $"extension {request.FileContainingExtension.ExtensionNumber} of '{request.FileContainingExtension.ContainingType}'");
                break;
            default:
                SetError(response, StatusCode.InvalidArgument, "The request asks nothing; set one of its message_request fields.");
                break;
        }

        return response;
    }

    private static void SetFile(ServerReflectionResponse response, FileDescriptor? file, string what)
    {
        if (file is null)
        {
            SetError(response, StatusCode.NotFound, $"There is no {what} here.");
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { DescriptorIndex.WithDependencies(file) } };
    }

    private static void SetError(ServerReflectionResponse response, StatusCode code, string message) =>
        response.ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message };

    private sealed class AlphaName(ServiceBinderBase inner) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(
                new Method<TRequest, TResponse>(method.Type, "grpc.reflection.v1alpha.ServerReflection", method.Name, method.RequestMarshaller, method.ResponseMarshaller),
                handler);
    }
}
