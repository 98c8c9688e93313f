using System.CommandLine;
using MicroscopeStream.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream serve</c>: the service, until Ctrl-C or SIGTERM.</summary>
internal static class ServeCommand
{
    /// <summary>A token on the command line would be seen by everyone who lists processes.</summary>
    private const string TokenVariable = "MSTREAM_VIEWER_TOKEN";

    private static readonly MicroscopeStreamServerOptions Defaults = new();

    private static readonly Option<string> GrpcUrl = new("--grpc-url")
    {
        Description = "Where gRPC listens (cleartext HTTP/2).",
        HelpName = "URL",
        DefaultValueFactory = _ => Defaults.GrpcUrl,
    };

    private static readonly Option<string> HttpUrl = new("--http-url")
    {
        Description = "Where the live view, metrics and health listen (HTTP/1.1); empty: nowhere.",
        HelpName = "URL",
        DefaultValueFactory = _ => Defaults.HttpUrl ?? string.Empty,
    };

    private static readonly Option<string?> UnixSocket = new("--unix-socket")
    {
        Description = "A Unix socket that speaks gRPC too, for this user alone.",
        HelpName = "PATH",
    };

    private static readonly Option<bool> AllowRemote = new("--allow-remote")
    {
        Description = $"Listen on other addresses than this machine's own, without encryption: trusted networks only. The live view then asks for the token that is printed, or that of ${TokenVariable}.",
    };

    private static readonly Option<LogFormat?> Log = Numbers.Choice(
        "--log-format", "How logs are written to standard error: lines for people, or one JSON object per line with every value under its name.",
        ("text", LogFormat.Text), ("json", LogFormat.Json));

    private enum LogFormat
    {
        Text,
        Json,
    }

    internal static Command Create(CommandContext context)
    {
        var command = new Command("serve", "Run the service until Ctrl-C; sessions then work off what they hold.")
        {
            GrpcUrl, HttpUrl, UnixSocket, AllowRemote, Log, SharedOptions.Models,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        MicroscopeStreamServer server;
        try
        {
            server = await MicroscopeStreamServer.StartAsync(OptionsOf(parsed, context), cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCodes.Usage, Failures.Plain(e), e);
        }
        catch (IOException e)
        {
            throw new CommandException(
                ExitCodes.Failed,
                $"{e.Message.TrimEnd('.')}. Stop what listens there, or choose another address with --grpc-url and --http-url.", e);
        }

        await using (server)
        {
            await context.Console.Out.WriteLineAsync($"gRPC listens on {server.GrpcAddress}");
            if (server.HttpAddress is { } http)
            {
                await context.Console.Out.WriteLineAsync($"HTTP listens on {http}");
                await context.Console.Out.WriteLineAsync($"Live view: {server.ViewerAddress}");
            }

            if (server.UnixSocketPath is { } socket)
            {
                await context.Console.Out.WriteLineAsync($"gRPC listens on unix:{socket}");
            }

            await context.Console.Out.FlushAsync(CancellationToken.None);
            try
            {
                await server.WaitForShutdownAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // How a service ends.
            }

            await context.Console.Error.WriteLineAsync("Stopping: sessions work off what they hold.");
        }

        return ExitCodes.Success;
    }

    private static MicroscopeStreamServerOptions OptionsOf(ParseResult parsed, CommandContext context) => Defaults with
    {
        GrpcUrl = parsed.GetValue(GrpcUrl)!,
        HttpUrl = parsed.GetValue(HttpUrl),
        UnixSocketPath = parsed.GetValue(UnixSocket),
        AllowRemote = parsed.GetValue(AllowRemote),
        ViewerToken = Environment.GetEnvironmentVariable(TokenVariable),
        ModelFolders = SharedOptions.ModelDirectoriesOf(parsed),
        TimeProvider = context.Time,
        ConfigureLogging = logging =>
        {
            // A port that is taken is said in one sentence below, not as the host's stack trace.
            logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
            logging.AddFilter("Microsoft", LogLevel.Warning);
            if (parsed.GetValue(Log) == LogFormat.Json)
            {
                logging.AddJsonConsole(format =>
                {
                    format.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fffzzz";
                    format.IncludeScopes = true;
                });
            }
            else
            {
                logging.AddSimpleConsole(format =>
                {
                    format.SingleLine = true;
                    format.TimestampFormat = "HH:mm:ss.fff ";
                    format.ColorBehavior = LoggerColorBehavior.Disabled;
                });
            }

            logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        },
    };
}
