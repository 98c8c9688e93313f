using Google.Protobuf;
using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Server.Models;
using MicroscopeStream.Server.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroscopeStream.Server.Viewing;

/// <summary>What the viewer asks for beside its stream, as messages of the contract: <c>/api/v1/sessions</c>, <c>/api/v1/models</c>, <c>/api/v1/models/ID</c>.</summary>
/// <remarks>Binary protobuf; JSON for whoever accepts <c>application/json</c> and nothing else.</remarks>
internal static class ViewerApi
{
    private const string Binary = "application/x-protobuf";
    private const string Json = "application/json";

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/v1/sessions", static (HttpContext context) => AnswerAsync(context, () => Of<SessionGrpcService>(context).List()));
        endpoints.MapGet(
            "/api/v1/models",
            static (HttpContext context) => AnswerAsync(context, () => Of<ModelGrpcService>(context).List(new ListModelsRequest { Task = context.Request.Query["task"].ToString() })));
        endpoints.MapGet(
            "/api/v1/models/{id}",
            static (HttpContext context) => AnswerAsync(
                context, () => Of<ModelGrpcService>(context).Describe(new DescribeModelRequest { Id = (string)context.Request.RouteValues["id"]! })));
    }

    private static T Of<T>(HttpContext context) => (T)context.RequestServices.GetService(typeof(T))!;

    private static Task AnswerAsync(HttpContext context, Func<IMessage> answer)
    {
        if (Of<ViewerAccess>(context).Refuse(context) is { } refused)
        {
            return PlainText.WriteAsync(context, refused.Status, refused.Reason);
        }

        IMessage message;
        try
        {
            message = answer();
        }
        catch (RpcException fault)
        {
            return PlainText.WriteAsync(context, fault.StatusCode == StatusCode.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, fault.Status.Detail);
        }

        context.Response.Headers.CacheControl = "no-store";
        if (context.Request.Headers.Accept == Json)
        {
            context.Response.ContentType = Json;
            return context.Response.WriteAsync(Formatter.Format(message), context.RequestAborted);
        }

        context.Response.ContentType = Binary;
        return context.Response.Body.WriteAsync(message.ToByteArray(), context.RequestAborted).AsTask();
    }
}
