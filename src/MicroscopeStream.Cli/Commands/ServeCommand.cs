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

    private const string PasswordVariable = "MSTREAM_TLS_PASSWORD";

    private static readonly MicroscopeStreamServerOptions Defaults = new();

    private static readonly Option<string> GrpcUrl = new("--grpc-url")
    {
        Description = "Where gRPC listens (HTTP/2): http, or https with --tls-cert. Other machines reach it only over https, and with --tokens.",
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
        Description = "Listen on other addresses than this machine's own without TLS: for a proxy in front that encrypts, on a network that is trusted.",
    };

    private static readonly Option<string?> TlsCert = new("--tls-cert")
    {
        Description = $"Certificate for https addresses: PEM, or PFX with its password in ${PasswordVariable}.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> TlsKey = new("--tls-key")
    {
        Description = "The certificate's private key, PEM. [default: in the certificate's file]",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Tokens = new("--tokens")
    {
        Description = "File of tokens, one per line: NAME SCOPES TOKEN [LAST-DAY]; scopes are watch, stream, control, admin; sha256:HEX in place of a token. Whoever comes over TCP then shows one. Read again when it changes.",
        HelpName = "PATH",
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
            GrpcUrl, HttpUrl, UnixSocket, TlsCert, TlsKey, Tokens, AllowRemote, Log, SharedOptions.Models,
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
                await context.Console.Out.WriteLineAsync($"Live view: {server.ViewerAddress}{(server.Options.TokenFilePath is null ? "" : " (asks for a token with the scope watch)")}");
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
        TlsCertificatePath = parsed.GetValue(TlsCert),
        TlsKeyPath = parsed.GetValue(TlsKey),
        TlsPassword = Environment.GetEnvironmentVariable(PasswordVariable),
        TokenFilePath = parsed.GetValue(Tokens),
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
