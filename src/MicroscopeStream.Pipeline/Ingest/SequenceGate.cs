namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>Follows sequence numbers: what comes next, what was jumped over, what came again. Not thread-safe.</summary>
internal sealed class SequenceGate
{
    /// <summary>The number expected next: one beyond the highest taken over.</summary>
    public long Next { get; private set; }

    /// <summary>Takes a number over.</summary>
    /// <param name="sequence">The number, ≥ 0.</param>
    /// <param name="missing">Numbers jumped over.</param>
    /// <returns>False when it is repeated or backward.</returns>
    public bool TryPass(long sequence, out long missing)
    {
        missing = Math.Max(0, sequence - Next);
        if (sequence < Next)
        {
            return false;
        }

        Next = sequence + 1;
        return true;
    }
}
