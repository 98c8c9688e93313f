using System.Text.Json;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Cli.Reports;

/// <summary>The last verdict on the results.</summary>
internal sealed record TrustSection
{
    /// <summary>good, caution or untrusted.</summary>
    public required string Summary { get; init; }

    /// <summary>Why, one sentence each; empty when good.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    internal static TrustSection? Of(TrustReport? report) => report is null
        ? null
        : new TrustSection { Summary = JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Level.ToString()), Reasons = report.Reasons };
}
