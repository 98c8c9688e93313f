using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Cli.Tasks;

/// <summary>
/// What a run keeps of the results of one task, the files that it makes of them, and its sections of the report. One for each task, made
/// by <see cref="TaskOutputs"/> once the plan has said which task it is.
/// </summary>
/// <remarks>Updates come from one task; <see cref="Describe"/> may be asked from another.</remarks>
internal interface ITaskOutput : IDisposable
{
    /// <summary>Whether an update is the result of the frames that it covers: latency and rate are counted by these.</summary>
    bool IsResult(SessionUpdate update);

    /// <summary>Takes an update, of whatever kind.</summary>
    void Receive(SessionUpdate update);

    /// <summary>Adds what it knows to what is shown while the run goes on.</summary>
    StreamStatus Describe(StreamStatus status);

    /// <summary>Writes its files. Called once, when no update comes any more.</summary>
    /// <param name="summary">The service's account; null when it could give none.</param>
    /// <param name="widefield">The mean of the frames sent.</param>
    void Finish(SessionSummary? summary, SuperResolvedImage widefield);

    /// <summary>Adds its sections. Called after <see cref="Finish"/>.</summary>
    RunReport Complete(RunReport report);
}
