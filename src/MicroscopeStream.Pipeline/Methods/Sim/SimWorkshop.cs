using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>A pattern in use, and the reconstruction that is ready for it.</summary>
/// <param name="Estimate">How it was estimated; null: it came from a file.</param>
/// <param name="Pattern">The pattern.</param>
/// <param name="Options">How results are made.</param>
/// <param name="Reconstructor">What makes them; holds no frames yet.</param>
internal sealed record SimCalibration(
    PatternEstimate? Estimate, IlluminationPattern Pattern, WienerOptions Options, WienerReconstructor Reconstructor);

/// <summary>The slow work beside a stream: estimating patterns, making reconstructions ready for them, judging results.</summary>
/// <remarks>For one caller at a time, on whatever thread; works with that thread alone.</remarks>
internal sealed class SimWorkshop
{
    private readonly SimAcquisition _acquisition;
    private readonly WienerSettings _settings;
    private readonly WorkCrew? _crew;
    private readonly NoiseModel? _noise;
    private readonly PatternEstimator _estimator;
    private readonly SimTrust _trust;

    /// <param name="acquisition">Order, lens (its losses in it) and grids.</param>
    /// <param name="settings">The session's numbers.</param>
    /// <param name="crew">Who will work on results; not used here.</param>
    /// <param name="camera">The camera where it was described; null: the frames themselves show their noise.</param>
    public SimWorkshop(SimAcquisition acquisition, WienerSettings settings, WorkCrew? crew, CameraModel? camera)
    {
        (_acquisition, _settings, _crew) = (acquisition, settings, crew);
        _noise = camera is null or { Estimated: true } ? null : NoiseOf(camera);
        _estimator = new PatternEstimator(acquisition.Frame, acquisition.Order, acquisition.Transfer);
        _trust = new SimTrust(acquisition.Frame, acquisition.Transfer);
    }

    /// <summary>Estimates the pattern of a group, and prepares for it.</summary>
    public SimCalibration Calibrate(float[] frames)
    {
        PatternEstimate estimate = _estimator.Estimate(frames);
        return Prepare(estimate, estimate.Pattern, frames);
    }

    /// <summary>Prepares for a pattern: regularization by the light of a group, fringes found in a first result.</summary>
    public SimCalibration Prepare(PatternEstimate? estimate, IlluminationPattern pattern, float[] frames)
    {
        WienerOptions options = _settings.Options;
        if (_settings.SuitsLight)
        {
            NoiseModel noise = _noise ?? NoiseModel.Estimate(_acquisition.Frame, frames, _acquisition.Transfer) ?? NoiseModel.OfPhotons(0);
            options = options.SuitedTo(frames, _acquisition.Frame.PixelCount, noise);
        }

        if (_settings.SeeksFringes)
        {
            var first = new WienerReconstructor(_acquisition.Frame, pattern, _acquisition.Transfer, options);
            var image = new float[first.ResultGrid.PixelCount];
            first.Reconstruct(frames, image);
            options = options with
            {
                Lines = FringeFinder.Find(image, first.ResultGrid, 0.95 * _acquisition.Transfer.CutoffPerUm, 0.93 * first.LimitPerUm),
            };
        }

        return new SimCalibration(estimate, pattern, options, new WienerReconstructor(_acquisition.Frame, pattern, _acquisition.Transfer, options, _crew));
    }

    /// <summary>Judges a result by the frames that it was made of.</summary>
    /// <param name="frames">The group's frames, one after the other by their places.</param>
    /// <param name="image">The result.</param>
    /// <param name="used">What made it.</param>
    /// <param name="fresh">Whether the calibration was estimated from these very frames.</param>
    public SimTrustReading Judge(float[] frames, float[] image, SimCalibration used, bool fresh)
    {
        PatternEstimate estimate = fresh && used.Estimate is { } own ? own : _estimator.Estimate(frames);
        return _trust.Judge(estimate, used.Pattern, frames, image, used.Options, _noise);
    }

    /// <summary>Judges an image that a network made of a group, by the pattern of that very group.</summary>
    public SimTrustReading JudgeNetwork(float[] frames, float[] image, SimCalibration own) =>
        _trust.Judge(own.Estimate!, own.Pattern, frames, image, made: null, _noise);

    private static NoiseModel NoiseOf(CameraModel camera)
    {
        double read = camera.ReadNoiseElectrons / camera.EmGain / camera.QuantumEfficiency;
        return new NoiseModel(camera.ExcessNoiseFactor / camera.QuantumEfficiency, read * read);
    }
}
