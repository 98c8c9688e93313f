using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>A raw frame on its way to calibration.</summary>
/// <param name="Lease">The frame.</param>
/// <param name="QueuedTimestamp">The service's clock when it was queued.</param>
internal readonly record struct IngestedFrame(FrameLease Lease, long QueuedTimestamp);
