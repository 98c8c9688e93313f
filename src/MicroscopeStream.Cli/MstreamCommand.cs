using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using MicroscopeStream.Cli.Commands;
using MicroscopeStream.Cli.Terminal;

namespace MicroscopeStream.Cli;

/// <summary>The command line as a whole: parsing, help, and what becomes of failures.</summary>
public static class MstreamCommand
{
    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show where in the program an error came from.",
        Recursive = true,
    };

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(MstreamCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Runs a command line.</summary>
    /// <param name="args">As the shell gives them, without the program's name.</param>
    /// <param name="console">Where to write.</param>
    /// <param name="timeProvider">The clock; default: the system's.</param>
    /// <param name="cancellationToken">Asks for an orderly end, as Ctrl-C does: stop sending, write what there is.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args, MstreamConsole console, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        RootCommand root = Build(new CommandContext(console, timeProvider ?? TimeProvider.System));
        ParseResult parsed = root.Parse(args);
        // Help is given whatever else is missing or wrong.
        if (parsed.Errors.Count > 0 && parsed.Action is not (HelpWithExitCodes or VersionAction))
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
            {
                await console.Error.WriteLineAsync(message);
            }

            await console.Error.WriteLineAsync($"Try '{CommandPath(parsed)} --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception e)
        {
            return Failures.Report(e, console, parsed.GetValue(Verbose));
        }
    }

    private static RootCommand Build(CommandContext context)
    {
        var root = new RootCommand("MicroscopeStream: live super-resolution for microscopes.")
        {
            DemoCommand.Create(context),
            ServeCommand.Create(context),
            TopCommand.Create(context),
            StreamCommand.Create(context),
            SimulateCommand.Create(context),
            CalibrateCommand.Create(context),
            EvaluateCommand.Create(context),
            ModelsCommand.Create(context),
        };
        root.Options.Add(Verbose);
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
            {
                option.Action = new HelpWithExitCodes(help);
            }
            else if (option is VersionOption)
            {
                option.Action = new VersionAction();
            }
        }

        return root;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (Symbol? symbol = parsed.CommandResult.Command; symbol is Command and not RootCommand; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol.Name);
        }

        return string.Join(' ', names.Prepend("mstream"));
    }
}
