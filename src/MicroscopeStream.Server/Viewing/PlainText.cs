using Microsoft.AspNetCore.Http;

namespace MicroscopeStream.Server.Viewing;

/// <summary>Answers that are a sentence.</summary>
internal static class PlainText
{
    public static Task WriteAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }
}
