using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Pipeline.Calibration;

/// <summary>A frame in photons (float32) on its way to assembly, with the times it has taken.</summary>
/// <param name="Lease">The frame.</param>
/// <param name="IngestNs">Received until queued.</param>
/// <param name="CalibrateNs">Queued until converted.</param>
/// <param name="ConvertedTimestamp">The service's clock when it was converted.</param>
/// <param name="Run">Its run: between frames of different runs, frames were given up.</param>
/// <param name="ContextOnly">Is no target, only the neighbour of others; counted as dropped already.</param>
internal readonly record struct PhotonFrame(
    FrameLease Lease, long IngestNs, long CalibrateNs, long ConvertedTimestamp, int Run = 0, bool ContextOnly = false);
