using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <content>What goes on beside the stream: estimating, judging, estimating again.</content>
internal sealed partial class SimMethod
{
    /// <summary>Judging rests this many times as long as it took, lest it take a core from the stream.</summary>
    private const int Rest = 5;

    /// <summary>Share of the field by which more of it must be unexplained than right after the calibration, to estimate anew.</summary>
    private const double UnexplainedMore = 0.05;

    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);

    private readonly IlluminationPattern? _known;
    private Task<Work>? _beside;
    private TrustReport _verdict = TrustReport.Good.With(TrustLevel.Caution, "The result has not been judged yet.");
    private double _unexplainedAtFirst = double.NaN;
    private int _calibrations;
    private bool _fresh;
    private long _reconstructed;
    private long _judgedThrough = -1;
    private long _calibratedAt = -1;
    private int _judgedCalibration;
    private long _judging;
    private long _restsUntil;
    private bool _judgesAtOnce;

    private void Begin(Func<Work> work)
    {
        _group.Frames.CopyTo(_framesJudged, 0);
        _image.Pixels.CopyTo(_imageJudged, 0);
        _current?.Imager.Keep();
        _judging = _group.Taken;
        _beside = Task.Run(work);
    }

    private void BeginCalibrating() => Begin(() => new Work(
        _known is not null && _calibrations == 0 ? _workshop.Prepare(null, _known, _framesJudged) : _workshop.Calibrate(_framesJudged), null, TimeSpan.Zero));

    private void BeginJudging()
    {
        SimCalibration used = _current!;

        // An estimate from these very frames need not be made again.
        bool fresh = _fresh && _group.Taken == _calibratedAt;
        Begin(() =>
        {
            long start = _time.GetTimestamp();
            SimTrustReading reading = _workshop.Judge(_framesJudged, _imageJudged, used, fresh);
            return new Work(null, reading, _time.GetElapsedTime(start));
        });
    }

    private void JudgeNowAndThen()
    {
        if (_beside is null && (_judgesAtOnce || _time.GetTimestamp() >= _restsUntil))
        {
            _judgesAtOnce = false;
            BeginJudging();
        }
    }

    /// <summary>Takes over what was done beside the stream, and begins what must be done next.</summary>
    private async ValueTask FollowUpAsync(ReconstructionUpdate update, bool wait)
    {
        if (_current is null && _beside is null && _group.IsComplete)
        {
            BeginCalibrating();
        }

        if (_beside is not { } beside || !(wait || beside.IsCompleted))
        {
            return;
        }

        _beside = null;
        Work done = await beside.ConfigureAwait(false);
        if (done.Calibration is { } calibration)
        {
            Adopt(calibration, update);
        }
        else if (done.Reading is { } reading)
        {
            Conclude(reading, done.Took, update);
        }
    }

    private void Adopt(SimCalibration calibration, ReconstructionUpdate update)
    {
        bool again = _current is not null;
        (_current, _fresh, _calibratedAt, _judgesAtOnce) = (calibration, calibration.Estimate is not null, _judging, true);
        _calibrations++;
        _reconstructed = -1;
        _unexplainedAtFirst = double.NaN;
        if (again)
        {
            update.Tell(new Notice(Severity.Info, NoticeCodes.PatternEstimated, $"The pattern had drifted and was estimated again ({_calibrations - 1} times so far)."));
        }
        else if (calibration.Estimate is { OrderFinding: FrameOrderFinding.Rearranged } found)
        {
            update.Tell(new Notice(
                Severity.Warning, NoticeCodes.FrameOrder,
                $"The frames do not come in the order {_acquisition.Order.Name}: by their phases they are its frames {string.Join(' ', found.Places)} (from 0). They are put right; correct the order in the acquisition."));
        }
    }

    private void Conclude(SimTrustReading reading, TimeSpan took, ReconstructionUpdate update)
    {
        (_judgedThrough, _judgedCalibration) = (_judging, _calibrations);
        TimeSpan rest = Rest * took > LeastRest ? Rest * took : LeastRest;
        _restsUntil = _time.GetTimestamp() + (long)(rest.TotalSeconds * _time.TimestampFrequency);
        _verdict = reading.Report;
        if (reading.Residual is { } residual)
        {
            residual.Map.CopyTo(_map.Pixels, 0);
            update.TrustMap = _map;
        }

        update.Tell(SimReading.Of(reading, _current!.Pattern, _calibrations));
        if (double.IsNaN(_unexplainedAtFirst))
        {
            _unexplainedAtFirst = reading.Residual?.ShareAbove ?? 0;
        }

        if (_recalibrates && HasDrifted(reading))
        {
            BeginCalibrating();
        }
    }

    /// <summary>Whether the pattern in use is no longer that of the frames, while theirs can be estimated.</summary>
    private bool HasDrifted(SimTrustReading reading)
    {
        if (ReferenceEquals(reading.Estimate, _current!.Estimate) || !reading.Estimate.IsFound || reading.Estimate.OrderFinding == FrameOrderFinding.Unclear)
        {
            return false;
        }

        double unexplained = reading.Residual?.ShareAbove ?? 0;
        bool neverFound = _current.Estimate is { IsFound: false };
        double step = 1000 / Math.Max(_acquisition.Frame.WidthNm, _acquisition.Frame.HeightNm);
        return neverFound
            || reading.CarrierDriftPerUm > 0.5 * step
            || reading.ModulationKept < 0.7
            || unexplained > Math.Max(2 * _unexplainedAtFirst, _unexplainedAtFirst + UnexplainedMore)
            || (_current.Estimate is null && _calibrations == 1 && unexplained > UnexplainedMore);
    }

    /// <summary>What was done beside the stream: one of both.</summary>
    private sealed record Work(SimCalibration? Calibration, SimTrustReading? Reading, TimeSpan Took);
}
