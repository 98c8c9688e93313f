using MicroscopeStream.Core.Cameras;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>What the frames tell of the camera that took them.</summary>
/// <param name="Camera">The camera, marked as estimated; usable in any case.</param>
/// <param name="GainSupported">Whether the frames support the gain; if not, one photon per ADU is assumed and photon numbers mean little.</param>
/// <param name="GainUncertainty">Standard error of photons per ADU, as a share of it; NaN when not supported.</param>
/// <param name="BaselineUncertaintyAdu">Standard error of the baseline, ADU; NaN when the gain is not supported.</param>
/// <param name="Warning">What the user should know, in full sentences; never empty.</param>
public sealed record CameraEstimate(
    CameraModel Camera, bool GainSupported, double GainUncertainty, double BaselineUncertaintyAdu, string Warning);
