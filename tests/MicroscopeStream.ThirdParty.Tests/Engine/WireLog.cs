namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>Sees the HTTP messages under the last call: the engine hides its own headers from callers.</summary>
internal sealed class WireLog(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public string? RequestEncoding { get; private set; }

    public string? ResponseEncoding { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestEncoding = Encoding(request.Headers);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        ResponseEncoding = Encoding(response.Headers);
        return response;
    }

    private static string? Encoding(System.Net.Http.Headers.HttpHeaders headers)
        => headers.TryGetValues("grpc-encoding", out IEnumerable<string>? values) ? values.Single() : null;
}
