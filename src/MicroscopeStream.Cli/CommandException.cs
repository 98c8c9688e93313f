namespace MicroscopeStream.Cli;

/// <summary>A command cannot go on: the message says what and what to do, the code says so to the shell.</summary>
internal sealed class CommandException : Exception
{
    internal CommandException(int exitCode, string message, Exception? innerException = null)
        : base(message, innerException) => ExitCode = exitCode;

    internal int ExitCode { get; }
}
