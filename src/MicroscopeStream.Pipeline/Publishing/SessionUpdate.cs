namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// One result, tagged with the frames that it covers (<c>Update</c> of the protocol). Switch over <see cref="Body"/>:
/// <see cref="LocalizationBatch"/>, <see cref="PreviewPlane"/>, <see cref="Trust"/>, <see cref="Notice"/>, <see cref="Gap"/>,
/// <see cref="Drop"/>, <see cref="Processing.DriftUpdate"/>, <see cref="Processing.ResolutionUpdate"/>,
/// <see cref="Processing.StatisticsUpdate"/>, <see cref="VideoPicture"/>, <see cref="Accounting.Progress"/> or <see cref="Accounting.SessionSummary"/>.
/// </summary>
/// <remarks>
/// Batches and planes are pooled and shared by all subscribers: do not change them, and call <see cref="Release"/> once
/// when done with them. An update that is never released costs an allocation later and nothing else.
/// </remarks>
public readonly record struct SessionUpdate
{
    /// <summary>Frames covered; empty for what concerns no frame.</summary>
    public SequenceRange Range { get; init; }

    /// <summary>The sender's timestamp of the last frame covered, ns, as it came; 0: none.</summary>
    public long SenderTimestampNs { get; init; }

    /// <summary>Times spent in the service on the last frame covered.</summary>
    public StageTimings Timings { get; init; }

    /// <summary>The service's clock (<see cref="TimeProvider.GetTimestamp"/>) when the update was published.</summary>
    public long PublishedTimestamp { get; init; }

    /// <summary>The result.</summary>
    public required UpdateBody Body { get; init; }

    /// <summary>Gives pooled memory back. The body must not be touched afterwards.</summary>
    public void Release() => Body.Release();
}

/// <summary>What an update carries.</summary>
public abstract record UpdateBody
{
    private protected UpdateBody()
    {
    }

    /// <summary>Messages with equal keys may be joined when a reader leaves too many of them waiting.</summary>
    internal virtual object JoinKey => GetType();

    /// <summary>The frames that it covers, where these are not those of the input that led to it; null: they are.</summary>
    internal virtual SequenceRange? OwnRange => null;

    /// <summary>This message and an earlier one of the same <see cref="JoinKey"/> as one. What tells the state as it is now stands for both.</summary>
    internal virtual UpdateBody Join(UpdateBody earlier) => this;

    internal virtual void Retain()
    {
    }

    internal virtual void Release()
    {
    }
}
