using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>A raw frame on its way to calibration.</summary>
/// <param name="Lease">The frame.</param>
/// <param name="QueuedTimestamp">The service's clock when it was queued.</param>
/// <param name="Run">Its run (<see cref="LivePace"/>): between frames of different runs, frames were given up.</param>
/// <param name="ContextOnly">Was given up as a target, and is taken along as the neighbour of others; counted already.</param>
internal readonly record struct IngestedFrame(FrameLease Lease, long QueuedTimestamp, int Run = 0, bool ContextOnly = false);
