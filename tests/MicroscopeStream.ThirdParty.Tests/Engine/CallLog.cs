namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>What the server saw of the last call, for the tests to read.</summary>
internal sealed class CallLog
{
    public string? Peer { get; set; }

    public string? Method { get; set; }

    public DateTime Deadline { get; set; }

    /// <summary>Completes when a waiting handler was cancelled.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
