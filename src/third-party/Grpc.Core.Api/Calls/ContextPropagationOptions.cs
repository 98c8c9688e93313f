namespace Grpc.Core;

/// <summary>What a call being handled passes on to the calls it makes. Immutable and thread-safe.</summary>
public class ContextPropagationOptions
{
    /// <summary>Passes on deadline and cancellation.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Creates options.</summary>
    /// <param name="propagateDeadline">Pass the deadline on; default true.</param>
    /// <param name="propagateCancellation">Pass cancellation on; default true.</param>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>True where the deadline is passed on.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>True where cancellation is passed on.</summary>
    public bool IsPropagateCancellation { get; }
}
