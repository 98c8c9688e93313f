using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>What became of a run.</summary>
/// <param name="Report">The account.</param>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Table">Every localization; null unless asked for.</param>
internal sealed record StreamOutcome(RunReport Report, int ExitCode, LocalizationTable? Table);
