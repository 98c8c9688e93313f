using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Models;

/// <summary>Lists and describes what Open can be asked for: networks and classical methods alike.</summary>
[BindServiceMethod(typeof(ModelGrpcService), nameof(BindStrictly))]
internal sealed class ModelGrpcService(MethodRegistry methods, ModelShelf shelf) : ModelService.ModelServiceBase
{
    public static void BindStrictly(ServiceBinderBase binder, ModelService.ModelServiceBase? service) => ModelService.BindService(new StrictBinder(binder), service);

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) => Task.FromResult(List(request));

    public override Task<DescribeModelResponse> DescribeModel(DescribeModelRequest request, ServerCallContext context) => Task.FromResult(Describe(request));

    /// <summary>Every method of a task.</summary>
    public ListModelsResponse List(ListModelsRequest request)
    {
        var response = new ListModelsResponse { Broken = { shelf.Broken } };
        response.Models.AddRange(methods.All
            .Select(factory => factory.Description)
            .Where(method => request.Task.Length == 0 || method.Task == request.Task)
            .Select(InfoOf));
        return response;
    }

    /// <summary>One method.</summary>
    /// <exception cref="RpcException">There is none of that id.</exception>
    public DescribeModelResponse Describe(DescribeModelRequest request)
    {
        if (shelf.Packages.TryGetValue(request.Id, out DescribeModelResponse? package))
        {
            return package;
        }

        if (!methods.TryFind(request.Id, out IMethodFactory? factory))
        {
            throw RpcErrors.Make(StatusCode.NotFound, UnknownMethods.Fault("id", request.Id, methods, shelf));
        }

        MethodDescription method = factory.Description;
        return new DescribeModelResponse
        {
            Info = InfoOf(method),
            WindowFrames = (uint)method.WindowFrames,
            LookAheadFrames = (uint)method.LookAheadFrames,
        };
    }

    private static ModelInfo InfoOf(MethodDescription method) =>
        new() { Id = method.Id, Version = method.Version, Task = method.Task, Title = method.Title };
}
