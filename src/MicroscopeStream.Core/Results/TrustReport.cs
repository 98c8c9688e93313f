namespace MicroscopeStream.Core.Results;

/// <summary>How far a result may be believed.</summary>
public enum TrustLevel
{
    /// <summary>Nothing was found against it.</summary>
    Good = 0,

    /// <summary>Usable, with the reasons in mind.</summary>
    Caution = 1,

    /// <summary>Do not believe it.</summary>
    Untrusted = 2,
}

/// <summary>A verdict on a result with its reasons in words.</summary>
/// <param name="Level">The worst of the reasons' levels.</param>
/// <param name="Reasons">Why, one sentence each; empty when <see cref="TrustLevel.Good"/>.</param>
public sealed record TrustReport(TrustLevel Level, IReadOnlyList<string> Reasons)
{
    /// <summary>Nothing found against the result.</summary>
    public static TrustReport Good { get; } = new(TrustLevel.Good, []);

    /// <summary>This report with one more reason; the level is the worse of both.</summary>
    public TrustReport With(TrustLevel level, string reason) => new(level > Level ? level : Level, [.. Reasons, reason]);
}
