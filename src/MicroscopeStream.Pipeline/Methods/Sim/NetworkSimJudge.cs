using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Results;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// Judges a network's image beside the stream: pattern, re-projection residual and resolution as for every structured-illumination
/// result, and its agreement with a Wiener reconstruction of the same frames.
/// </summary>
/// <remarks>One call at a time; the work itself runs on the thread pool, on copies.</remarks>
internal sealed class NetworkSimJudge : IAsyncDisposable
{
    /// <summary>Judging rests this many times as long as it took, lest it take a core from the stream.</summary>
    private const int Rest = 5;

    private readonly SimAcquisition _acquisition;
    private readonly TimeProvider _time;
    private readonly SimWorkshop _workshop;
    private readonly NetworkAgreement _agreement;
    private readonly SuperResolvedImage _map;
    private readonly float[] _frames;
    private readonly float[] _image;
    private readonly float[] _wiener;
    private Task<Work>? _beside;
    private bool _newer;
    private long _restsUntil = long.MinValue;
    private int _calibrations;

    public NetworkSimJudge(SimAcquisition acquisition, CameraModel? camera, TimeProvider time)
    {
        (_acquisition, _time) = (acquisition, time);
        _workshop = new SimWorkshop(acquisition, WienerImager.For(acquisition, WienerSettings.Read(new Dictionary<string, double>()), crew: null), camera);
        _map = new SuperResolvedImage(acquisition.Frame);
        _frames = new float[acquisition.Order.FramesPerImage * acquisition.Frame.PixelCount];
        (_image, _wiener) = (new float[acquisition.Result.PixelCount], new float[acquisition.Result.PixelCount]);
        _agreement = new NetworkAgreement(acquisition.Result, acquisition.Transfer);
    }

    /// <summary>The last verdict.</summary>
    public TrustReport Verdict { get; private set; } = TrustReport.Good.With(TrustLevel.Caution, "The result has not been judged yet.");

    /// <summary>Takes over a verdict that is ready, and begins the next when it is time.</summary>
    /// <param name="frames">The newest group.</param>
    /// <param name="image">Its image.</param>
    /// <param name="update">Gets map and figures.</param>
    /// <param name="wait">Whether nothing comes after: the newest image is judged, whatever it takes.</param>
    public async ValueTask FollowAsync(float[] frames, float[] image, ReconstructionUpdate update, bool wait)
    {
        _newer |= !wait;
        do
        {
            if (_beside is { } beside && (wait || beside.IsCompleted))
            {
                _beside = null;
                Conclude(await beside.ConfigureAwait(false), update);
            }

            if (_beside is null && _newer && (wait || _time.GetTimestamp() >= _restsUntil))
            {
                _newer = false;
                frames.CopyTo(_frames, 0);
                image.CopyTo(_image, 0);
                _beside = Task.Run(JudgeAsync);
            }
        }
        while (wait && _beside is not null);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => BesideStream.EndAsync(_beside);

    private async Task<Work> JudgeAsync()
    {
        long start = _time.GetTimestamp();
        SimCalibration calibration = _workshop.Calibrate(_frames);
        SimTrustReading reading = _workshop.JudgeNetwork(_frames, _image, calibration);
        for (int n = 0; n < _acquisition.Order.FramesPerImage; n++)
        {
            calibration.Imager.Add(n, _frames.AsSpan(n * _acquisition.Frame.PixelCount, _acquisition.Frame.PixelCount));
        }

        await calibration.Imager.RenderAsync(_wiener, null, CancellationToken.None).ConfigureAwait(false);
        TrustReport report = reading.Estimate.IsFound ? _agreement.Check(_image, _wiener, "Wiener", reading.Report) : reading.Report;
        return new Work(calibration, reading with { Report = report }, _time.GetElapsedTime(start));
    }

    private void Conclude(Work work, ReconstructionUpdate update)
    {
        TimeSpan rest = Rest * work.Took;
        _restsUntil = _time.GetTimestamp() + (long)(rest.TotalSeconds * _time.TimestampFrequency);
        Verdict = work.Reading.Report;
        work.Reading.Residual!.Map.CopyTo(_map.Pixels, 0);
        update.TrustMap = _map;
        update.Tell(SimReading.Of(work.Reading, work.Calibration.Pattern, ++_calibrations));
    }

    private sealed record Work(SimCalibration Calibration, SimTrustReading Reading, TimeSpan Took);
}
