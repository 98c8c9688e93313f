using MicroscopeStream.Cli.Terminal;

namespace MicroscopeStream.Cli;

/// <summary>What every command gets.</summary>
internal sealed record CommandContext(MstreamConsole Console, TimeProvider Time);
