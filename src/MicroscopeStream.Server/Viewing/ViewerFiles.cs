using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace MicroscopeStream.Server.Viewing;

/// <summary>The viewer's own files, held in this assembly: <c>src/viewer</c>, bundled by the build.</summary>
internal static class ViewerFiles
{
    private const string Prefix = "viewer/";

    // Nothing from elsewhere may run in the page or be told what it shows. Pictures are made in the page (blob:).
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, ViewerFile> Files = Load();

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach ((string name, ViewerFile file) in Files)
        {
            endpoints.MapGet(name == "index.html" ? "/" : "/" + name, (HttpContext context) => SendAsync(context, file));
        }
    }

    private static Task SendAsync(HttpContext context, ViewerFile file)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ETag = file.Tag;
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Headers[HeaderNames.IfNoneMatch] == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        return context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted).AsTask();
    }

    private static FrozenDictionary<string, ViewerFile> Load()
    {
        Assembly own = typeof(ViewerFiles).Assembly;
        return own.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(own, name), StringComparer.Ordinal);
    }

    private static ViewerFile Read(Assembly own, string name)
    {
        using Stream resource = own.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        string type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        return new ViewerFile(bytes, type, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
    }

    private sealed record ViewerFile(byte[] Bytes, string Type, string Tag);
}
