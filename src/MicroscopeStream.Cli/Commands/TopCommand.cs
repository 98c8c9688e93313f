using System.CommandLine;
using MicroscopeStream.Cli.Display;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using Spectre.Console;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream top</c>: what the viewer shows of the sessions, in a terminal.</summary>
internal static class TopCommand
{
    private const string DefaultServer = "http://127.0.0.1:5090";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly Option<string> Server = new("--server")
    {
        Description = "The running service: https://host:port, http://host:port or unix:/path.",
        HelpName = "URL",
        DefaultValueFactory = _ => DefaultServer,
    };

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Print the sessions once, as plain lines on standard output, and end. Also chosen when standard error is no terminal.",
    };

    internal static Command Create(CommandContext context)
    {
        var command = new Command("top", "Show the sessions of a running service: rates, queues, drops by cause, latency by stage and trust, once a second until Ctrl-C.")
        {
            Server, RemoteOptions.TokenFile, RemoteOptions.TlsCa, Once,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        string address = parsed.GetValue(Server)!;
        await using MicroscopeClient client = RemoteOptions.Connect(address, parsed, context.Time);
        ListSessionsResponse sessions = await client.ListSessionsAsync(cancellationToken);
        if (parsed.GetValue(Once) || !context.Console.Interactive)
        {
            await context.Console.Out.WriteAsync(SessionText.Describe(sessions.Sessions));
            return ExitCodes.Success;
        }

        await context.Console.Ansi.Live(SessionTable.Draw(address, sessions.Sessions)).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Period, context.Time);
            try
            {
                while (await timer.WaitForNextTickAsync(cancellationToken))
                {
                    sessions = await client.ListSessionsAsync(cancellationToken);
                    live.UpdateTarget(SessionTable.Draw(address, sessions.Sessions));
                }
            }
            catch (OperationCanceledException)
            {
                // How a view ends.
            }
        });
        return ExitCodes.Success;
    }
}
