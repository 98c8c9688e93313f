namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>What a watcher wants to see of a session.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>Previews per second at most; 0: as the session makes them; negative: none. While one asks for more than the session, up to 30 are made. Default 0.</summary>
    public double PreviewRate { get; init; }

    /// <summary>Whether localizations are wanted. Default false.</summary>
    public bool Localizations { get; init; }

    /// <summary>Whether previews of <see cref="PreviewKind.Times"/> are wanted. Once one asks, the session makes them to its end. Default false.</summary>
    public bool Times { get; init; }

    /// <summary>Updates that wait for a slow watcher before it misses some, ≥ 1. Default 256.</summary>
    public int QueueLength { get; init; } = 256;
}
