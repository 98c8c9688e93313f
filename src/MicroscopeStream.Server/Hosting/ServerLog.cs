using Microsoft.Extensions.Logging;
using MicroscopeStream.Server.Diagnostics;

namespace MicroscopeStream.Server.Hosting;

internal static partial class ServerLog
{
    [LoggerMessage(EventIds.Listening, LogLevel.Information, "Serving gRPC on {Grpc}, status page on {Http}, Unix socket {Socket}")]
    public static partial void Listening(ILogger logger, Uri grpc, Uri? http, string? socket);

    [LoggerMessage(EventIds.ShuttingDown, LogLevel.Information, "Shutting down: {Sessions} sessions work off what they hold, for at most {Timeout}")]
    public static partial void ShuttingDown(ILogger logger, int sessions, TimeSpan timeout);

    [LoggerMessage(EventIds.Drained, LogLevel.Information, "All sessions are done")]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(EventIds.DrainTimedOut, LogLevel.Warning, "{Sessions} sessions were not done after {Timeout} and were aborted")]
    public static partial void DrainTimedOut(ILogger logger, int sessions, TimeSpan timeout);
}
