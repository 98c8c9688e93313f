using Spectre.Console;

namespace MicroscopeStream.Cli.Terminal;

/// <summary>Where a command writes: results to <see cref="Out"/>, progress and errors to <see cref="Error"/>.</summary>
public sealed class MstreamConsole
{
    /// <summary>Makes a console of two writers.</summary>
    /// <param name="output">Results.</param>
    /// <param name="error">Progress, warnings, errors.</param>
    /// <param name="interactive">Whether a person watches <paramref name="error"/> on a terminal that can be redrawn.</param>
    /// <param name="input">Answers of a person to questions; null: nobody can be asked.</param>
    public MstreamConsole(TextWriter output, TextWriter error, bool interactive = false, TextReader? input = null)
    {
        Out = output;
        In = input;
        Error = TextWriter.Synchronized(error);
        Interactive = interactive;
        Ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(error),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = interactive ? InteractionSupport.Yes : InteractionSupport.No,
        });
    }

    /// <summary>Results.</summary>
    public TextWriter Out { get; }

    /// <summary>Answers of a person; null: nobody can be asked.</summary>
    public TextReader? In { get; }

    /// <summary>Progress, warnings, errors.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches on a terminal that can be redrawn.</summary>
    public bool Interactive { get; }

    /// <summary>The terminal behind <see cref="Error"/>, for drawing.</summary>
    internal IAnsiConsole Ansi { get; }

    /// <summary>The process's own streams.</summary>
    public static MstreamConsole System() =>
        new(Console.Out, Console.Error, interactive: !Console.IsErrorRedirected
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"), input: Console.IsInputRedirected ? null : Console.In);
}
