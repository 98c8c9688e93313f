using MicroscopeStream.Server.Hosting;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>A service of one's own, in this process, on a free port: what <c>demo</c> and <c>stream</c> without <c>--server</c>
/// use.</summary>
internal static class EmbeddedService
{
    /// <param name="modelFolders">Folders with model packages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="viewer">Whether it serves the viewer too.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The running service; dispose it.</returns>
    internal static Task<MicroscopeStreamServer> StartAsync(
        IReadOnlyList<string> modelFolders, TimeProvider time, bool viewer, CancellationToken cancellationToken) =>
        MicroscopeStreamServer.StartAsync(
            new MicroscopeStreamServerOptions
            {
                GrpcUrl = "http://127.0.0.1:0",
                HttpUrl = viewer ? "http://127.0.0.1:0" : null,
                ModelFolders = modelFolders,
                TimeProvider = time,
            },
            cancellationToken);
}
