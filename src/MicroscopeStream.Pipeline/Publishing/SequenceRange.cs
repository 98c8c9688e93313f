namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>A closed range of sequence numbers.</summary>
/// <param name="First">First frame covered.</param>
/// <param name="Last">Last frame covered; less than <paramref name="First"/>: none.</param>
public readonly record struct SequenceRange(long First, long Last)
{
    /// <summary>Covers no frame.</summary>
    public static SequenceRange None { get; } = new(0, -1);

    /// <summary>Whether it covers no frame.</summary>
    public bool IsEmpty => Last < First;

    /// <summary>The range of one frame.</summary>
    public static SequenceRange Of(long sequence) => new(sequence, sequence);

    /// <summary>The smallest range that covers both.</summary>
    public SequenceRange Union(SequenceRange other) =>
        IsEmpty ? other : other.IsEmpty ? this : new(Math.Min(First, other.First), Math.Max(Last, other.Last));
}
