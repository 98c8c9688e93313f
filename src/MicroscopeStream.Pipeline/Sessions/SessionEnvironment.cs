using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>What a session gets from its manager.</summary>
internal sealed record SessionEnvironment(TimeProvider Time, ILogger Logger, PipelineInstruments Instruments, IReadOnlyList<Notice> Warnings);
