using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// Holds the running results against what the method was made for, about once a second, and says how far to believe them.
/// It knows what can be known without a second method: the domain, the camera, saturation.
/// </summary>
internal sealed class TrustWatch
{
    /// <summary>A share of saturated pixels beyond which photons and positions are biased.</summary>
    private const double TooMuchSaturation = 1e-4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SessionContext _context;
    private readonly MethodDomain? _domain;
    private readonly List<string> _standing;
    private readonly double _areaUm2;
    private readonly long _pixels;
    private readonly bool _scaleFree;
    private volatile TrustReport _camera = TrustReport.Good;
    private long _since;
    private long _frames;
    private long _localizations;
    private double _photons;
    private double _background;
    private long _backgrounds;
    private long _saturated;
    private TrustReport _worstOfMethod = TrustReport.Good;
    private SequenceRange _range = SequenceRange.None;
    private volatile TrustReport? _concluded;
    private TrustReport? _told;

    /// <summary>Starts with the warnings given by Open: those of the domain hold for every result.</summary>
    public TrustWatch(SessionContext context, MethodDomain? domain, IEnumerable<Notice> standing, bool scaleFree)
    {
        _scaleFree = scaleFree;
        _context = context;
        _domain = domain;
        _standing = [.. standing.Where(notice => notice.Code == NoticeCodes.OutsideDomain).Select(notice => notice.Message)];
        _areaUm2 = context.Specification.Acquisition.Grid.AreaUm2;
        _pixels = context.Specification.Acquisition.Grid.PixelCount;
    }

    /// <summary>Whether results rest on photons, so that a wrong camera makes them wrong.</summary>
    public bool RestsOnPhotons => !_scaleFree;

    /// <summary>The camera was estimated; told by calibration before the first frame is converted.</summary>
    /// <param name="gainSupported">Whether the frames supported the estimate of the gain.</param>
    public void CameraEstimated(bool gainSupported) => _camera = _scaleFree
        ? TrustReport.Good
        : gainSupported
        ? TrustReport.Good.With(TrustLevel.Caution, "Photons rest on a camera estimated from the frames; describe the camera to be sure.")
        : TrustReport.Good.With(
            TrustLevel.Untrusted, "Photons and precisions are guesses: the camera was not described, and the frames do not show its gain. Describe the camera.");

    /// <summary>The frames contradict the description of the camera; told from beside the stages.</summary>
    /// <param name="serious">Whether results are worthless by it, rather than biased.</param>
    /// <param name="why">The contradiction, and what to do.</param>
    public void CameraContradicted(bool serious, string why) =>
        _camera = TrustReport.Good.With(serious ? TrustLevel.Untrusted : TrustLevel.Caution, why);

    /// <summary>Counts saturated pixels of a frame; called by calibration.</summary>
    public void CountSaturated(int pixels) => Interlocked.Add(ref _saturated, pixels);

    /// <summary>Takes a result into account; tells a verdict once a second, and when it changes.</summary>
    public void Judge(in FrameHeader header, in PublishedResult result, LocalizationBatch batch)
    {
        long now = _context.Time.GetTimestamp();
        _since = _since == 0 ? now : _since;
        _frames += result.Window.Input.NewFrames;
        _localizations += batch.Count;
        foreach (ref readonly Localization localization in batch.Rows)
        {
            _photons += float.IsFinite(localization.Photons) ? localization.Photons : 0;
        }

        if (float.IsFinite(result.MeanBackground))
        {
            _background += result.MeanBackground;
            _backgrounds++;
        }

        if (result.TrustConcludes)
        {
            _worstOfMethod = TrustReport.Good;
        }

        foreach (string reason in result.Trust.Reasons)
        {
            if (!_worstOfMethod.Reasons.Contains(reason))
            {
                _worstOfMethod = _worstOfMethod.With(result.Trust.Level, reason);
            }
        }

        _range = _range.Union(SequenceRange.Of(header.Sequence));
        if (_context.Time.GetElapsedTime(_since, now) >= Interval)
        {
            Tell(header);
        }
    }

    /// <summary>The method's last word: it stands for its results at the end. Called by reconstruction before <see cref="Finish"/>.</summary>
    public void Conclude(TrustReport report) => _concluded = report;

    /// <summary>Tells what was not told yet, at the end.</summary>
    public void Finish(in FrameHeader header)
    {
        _worstOfMethod = _concluded ?? _worstOfMethod;
        _frames = Math.Max(_frames, _concluded is null ? 0 : 1);
        if (_frames > 0)
        {
            Tell(header);
        }
    }

    private void Tell(in FrameHeader header)
    {
        TrustReport report = Verdict();
        if (_told is null || report.Level != _told.Level || !report.Reasons.SequenceEqual(_told.Reasons))
        {
            _context.Hub.Publish(new Trust(report), _range, header.SenderTimestampNs);
            _told = report;
        }

        (_since, _frames, _localizations, _photons, _background, _backgrounds) = (0, 0, 0, 0, 0, 0);
        _worstOfMethod = TrustReport.Good;
        _range = SequenceRange.None;
        Interlocked.Exchange(ref _saturated, 0);
    }

    private TrustReport Verdict()
    {
        TrustReport report = _worstOfMethod;
        foreach (string warning in _standing)
        {
            report = report.With(TrustLevel.Caution, warning);
        }

        TrustReport camera = _camera;
        foreach (string reason in camera.Reasons)
        {
            report = report.With(camera.Level, reason);
        }

        double saturated = Interlocked.Read(ref _saturated) / (double)(_frames * _pixels);
        if (saturated > TooMuchSaturation)
        {
            report = report.With(
                saturated > 100 * TooMuchSaturation ? TrustLevel.Untrusted : TrustLevel.Caution,
                "Pixels are saturated: what is measured near them is biased. Lower the exposure or the light.");
        }

        if (_domain is null)
        {
            return report;
        }

        report = Range(report, _domain.DensityPerUm2, _localizations / (double)_frames / _areaUm2, "Emitters per frame and µm²", upperOnly: true);
        if (_localizations > 0)
        {
            report = Range(report, _domain.Photons, _photons / _localizations, "Mean photons of an emitter", upperOnly: false);
        }

        return _backgrounds == 0
            ? report
            : Range(report, _domain.BackgroundPhotons, _background / _backgrounds, "Mean background, photons per pixel,", upperOnly: false);
    }

    /// <summary>Words without the measured number: a verdict that says the same every second is told once.</summary>
    private static TrustReport Range(TrustReport report, (double Minimum, double Maximum)? range, double value, string what, bool upperOnly)
    {
        if (range is not { } known)
        {
            return report;
        }

        string? side = value > known.Maximum ? "above" : value < known.Minimum && !upperOnly ? "below" : null;
        return side is null
            ? report
            : report.With(
                value > 2 * known.Maximum || value < 0.5 * known.Minimum ? TrustLevel.Untrusted : TrustLevel.Caution,
                FormattableString.Invariant($"{what} is {side} what the method was made for ({known.Minimum:G4} to {known.Maximum:G4})."));
    }
}
