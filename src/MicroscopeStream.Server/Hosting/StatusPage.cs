using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Server.Health;
using MicroscopeStream.Server.Viewing;

namespace MicroscopeStream.Server.Hosting;

/// <summary>What a browser or an operator's probe sees: <c>/healthz</c> and a small status document at <c>/status</c>.</summary>
internal static class StatusPage
{
    private const string Stopping = "not serving";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", static (HttpContext context) =>
        {
            (string state, IReadOnlyList<string> reasons) = Health(context);

            // A service that is degraded still serves: a probe that restarted it would make it worse.
            context.Response.StatusCode = state == Stopping ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(string.Concat(reasons.Prepend(state).Select(line => line + "\n")));
        });
        endpoints.MapGet("/status", static async (HttpContext context) =>
        {
            // The probe above says whether the service is well; what runs in it is for those who may watch.
            if (((ViewerAccess)context.RequestServices.GetService(typeof(ViewerAccess))!).Refuse(context) is { } refused)
            {
                await PlainText.WriteAsync(context, refused.Status, refused.Reason).ConfigureAwait(false);
                return;
            }

            context.Response.ContentType = "application/json; charset=utf-8";
            Write(context);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        });
    }

    private static (string State, IReadOnlyList<string> Reasons) Health(HttpContext context)
    {
        var health = (HealthRegistry)context.RequestServices.GetService(typeof(HealthRegistry))!;
        if (!health.IsServing)
        {
            return (Stopping, []);
        }

        IReadOnlyList<string> reasons = ((HealthReport)context.RequestServices.GetService(typeof(HealthReport))!).Reasons();
        return (reasons.Count > 0 ? "degraded" : "serving", reasons);
    }

    private static void Write(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        (string state, IReadOnlyList<string> reasons) = Health(context);
        var methods = (MethodRegistry)services.GetService(typeof(MethodRegistry))!;
        using var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("product", "MicroscopeStream");
        json.WriteString("version", typeof(StatusPage).Assembly.GetName().Version?.ToString(3));
        json.WriteBoolean("serving", state != Stopping);
        json.WriteString("health", state);
        json.WriteStartArray("reasons");
        foreach (string reason in reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteStartArray("methods");
        foreach (string id in methods.Ids)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
