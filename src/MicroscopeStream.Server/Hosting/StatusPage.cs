using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Server.Health;

namespace MicroscopeStream.Server.Hosting;

/// <summary>What a browser or an operator's probe sees: <c>/healthz</c> and a small status document at <c>/status</c>.</summary>
internal static class StatusPage
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", static (HttpContext context) =>
        {
            var health = (HealthRegistry)context.RequestServices.GetService(typeof(HealthRegistry))!;
            context.Response.StatusCode = health.IsServing ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(health.IsServing ? "serving\n" : "not serving\n");
        });
        endpoints.MapGet("/status", static async (HttpContext context) =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            Write(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        });
    }

    private static void Write(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        var health = (HealthRegistry)services.GetService(typeof(HealthRegistry))!;
        var methods = (MethodRegistry)services.GetService(typeof(MethodRegistry))!;
        using var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("product", "MicroscopeStream");
        json.WriteString("version", typeof(StatusPage).Assembly.GetName().Version?.ToString(3));
        json.WriteBoolean("serving", health.IsServing);
        json.WriteStartArray("methods");
        foreach (string id in methods.Ids)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
