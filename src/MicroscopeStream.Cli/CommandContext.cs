using MicroscopeStream.Cli.Display;
using MicroscopeStream.Cli.Terminal;

namespace MicroscopeStream.Cli;

/// <summary>What every command gets.</summary>
internal sealed record CommandContext(MstreamConsole Console, TimeProvider Time)
{
    /// <summary>How progress is shown: redrawn in place for a person at a terminal, else line by line.</summary>
    internal IProgressView View(bool headless) => Console.Interactive && !headless
        ? new LiveProgress(Console.Ansi, Time)
        : new PlainProgress(Console.Error, Time);
}
