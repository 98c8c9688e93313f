namespace MicroscopeStream.Inference.Providers;

/// <summary>Which provider runs, and why not a better one.</summary>
/// <param name="Requested">What was asked for.</param>
/// <param name="Used">What runs; never <see cref="ExecutionProvider.Auto"/>.</param>
/// <param name="Reasons">Why each better one was passed over, and what happened since, one sentence each, oldest first.</param>
public sealed record ProviderDecision(ExecutionProvider Requested, ExecutionProvider Used, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether something else runs than was asked for. Auto is never disappointed.</summary>
    public bool IsFallback => Requested != ExecutionProvider.Auto && Requested != Used;

    /// <summary>This decision with another provider in use and one more reason.</summary>
    public ProviderDecision MoveTo(ExecutionProvider used, string reason) => this with { Used = used, Reasons = [.. Reasons, reason] };

    /// <summary>One line for people.</summary>
    public override string ToString() => Reasons.Count == 0 ? Used.Name() : $"{Used.Name()} ({string.Join(" ", Reasons)})";
}
