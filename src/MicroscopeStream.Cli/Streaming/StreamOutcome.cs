using MicroscopeStream.Cli.Reports;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>What became of a run.</summary>
/// <param name="Report">The account.</param>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
internal sealed record StreamOutcome(RunReport Report, int ExitCode);
