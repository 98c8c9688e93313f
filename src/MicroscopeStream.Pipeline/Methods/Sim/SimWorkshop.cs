using MicroscopeStream.Core.Cameras;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>A pattern in use, and what makes images with it.</summary>
/// <param name="Estimate">How it was estimated; null: it came from a file.</param>
/// <param name="Pattern">The pattern.</param>
/// <param name="Imager">What makes images; holds no frames yet.</param>
internal sealed record SimCalibration(PatternEstimate? Estimate, IlluminationPattern Pattern, ISimImager Imager);

/// <summary>The slow work beside a stream: estimating patterns, making imagers ready for them, judging results.</summary>
/// <remarks>For one caller at a time, on whatever thread; works with that thread alone.</remarks>
internal sealed class SimWorkshop
{
    private readonly SimImaging _imaging;
    private readonly Func<PatternEstimate, IlluminationPattern> _used;
    private readonly NoiseModel? _noise;
    private readonly PatternEstimator _estimator;
    private readonly SimTrust _trust;

    /// <param name="acquisition">Order, lens (its losses in it) and grids.</param>
    /// <param name="imaging">Makes what makes images.</param>
    /// <param name="camera">The camera where it was described; null: the frames themselves show their noise.</param>
    /// <param name="used">Which pattern images are made with, of an estimate; null: its own.</param>
    public SimWorkshop(SimAcquisition acquisition, SimImaging imaging, CameraModel? camera, Func<PatternEstimate, IlluminationPattern>? used = null)
    {
        (_imaging, _used) = (imaging, used ?? (estimate => estimate.Pattern));
        _noise = camera is null or { Estimated: true } ? null : NoiseOf(camera);
        _estimator = new PatternEstimator(acquisition.Frame, acquisition.Order, acquisition.Transfer);
        _trust = new SimTrust(acquisition.Frame, acquisition.Transfer);
    }

    /// <summary>Estimates the pattern of a group, and prepares for it.</summary>
    public SimCalibration Calibrate(float[] frames)
    {
        PatternEstimate estimate = _estimator.Estimate(frames);
        return Prepare(estimate, _used(estimate), frames);
    }

    /// <summary>Prepares for a pattern.</summary>
    public SimCalibration Prepare(PatternEstimate? estimate, IlluminationPattern pattern, float[] frames) =>
        new(estimate, pattern, _imaging(pattern, frames, _noise));

    /// <summary>Judges a result by the frames that it was made of.</summary>
    /// <param name="frames">The group's frames, one after the other by their places.</param>
    /// <param name="image">The result.</param>
    /// <param name="used">What made it.</param>
    /// <param name="fresh">Whether the calibration was estimated from these very frames.</param>
    public SimTrustReading Judge(float[] frames, float[] image, SimCalibration used, bool fresh)
    {
        PatternEstimate estimate = fresh && used.Estimate is { } own ? own : _estimator.Estimate(frames);
        SimTrustReading reading = _trust.Judge(estimate, used.Pattern, frames, image, used.Imager.Made, _noise);
        return reading with { Report = used.Imager.Judge(image, reading.Report) };
    }

    /// <summary>Judges an image that a network made of a group, by the pattern of that very group.</summary>
    public SimTrustReading JudgeNetwork(float[] frames, float[] image, SimCalibration own) =>
        _trust.Judge(own.Estimate!, own.Pattern, frames, image, ResultTransfer.Doubled, _noise);

    private static NoiseModel NoiseOf(CameraModel camera)
    {
        double read = camera.ReadNoiseElectrons / camera.EmGain / camera.QuantumEfficiency;
        return new NoiseModel(camera.ExcessNoiseFactor / camera.QuantumEfficiency, read * read);
    }
}
