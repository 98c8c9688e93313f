using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Calibration;

/// <summary>Converts frames of one session from ADU to photons, and tells once of pixels that cannot be right.</summary>
internal sealed class FrameCalibrator
{
    private readonly SessionContext _context;
    private readonly TrustWatch _trust;
    private readonly PhotonConverter _converter;
    private readonly int _pixelCount;

    public FrameCalibrator(SessionContext context, TrustWatch trust, CameraModel camera)
    {
        _context = context;
        _trust = trust;
        _pixelCount = context.Specification.Acquisition.Grid.PixelCount;
        _converter = new PhotonConverter(camera, context.Specification.Acquisition.PixelType, _pixelCount);
    }

    public void Convert(Frame raw, Frame photons)
    {
        photons.Header = raw.Header;
        photons.LengthBytes = photons.CapacityBytes;
        ConversionCounts counts = _converter.Convert(raw.Bytes, photons.Pixels<float>());
        if (counts.Saturated > 0)
        {
            _trust.CountSaturated(counts.Saturated);
        }

        if (counts != default)
        {
            Tell(counts, raw.Header.Sequence);
        }
    }

    private void Tell(ConversionCounts counts, long sequence)
    {
        if (counts.Saturated > 0 && _context.Notices.IsFirst(NoticeCodes.Saturation))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.Saturation,
                    $"Frame {sequence} has {counts.Saturated} saturated pixels of {_pixelCount}; their photons are a lower bound. Lower the exposure or the light."),
                SequenceRange.Of(sequence));
        }

        if (counts.NonFinite > 0 && _context.Notices.IsFirst(NoticeCodes.NotFinite))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Warning, NoticeCodes.NotFinite,
                    $"Frame {sequence} has {counts.NonFinite} pixels that are not finite numbers; they were taken as 0 photons. Look at what makes the frames."),
                SequenceRange.Of(sequence));
        }
    }
}
