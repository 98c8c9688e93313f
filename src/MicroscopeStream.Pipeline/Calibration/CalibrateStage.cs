using System.Threading.Channels;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Calibration;

/// <summary>Turns raw frames into photons, in their order, and gives the raw buffers back at once.</summary>
internal sealed class CalibrateStage
{
    private readonly SessionContext _context;
    private readonly ChannelReader<IngestedFrame> _input;
    private readonly FramePool _photons;
    private readonly ChannelWriter<PhotonFrame> _output;
    private readonly FrameCalibrator _calibrator;

    public CalibrateStage(
        SessionContext context, ChannelReader<IngestedFrame> input, FramePool photons, ChannelWriter<PhotonFrame> output, TrustWatch trust)
    {
        _context = context;
        _input = input;
        _photons = photons;
        _output = output;
        _calibrator = new FrameCalibrator(context, trust, context.Specification.Acquisition.Camera ?? new CameraModel());
    }

    public async Task RunAsync()
    {
        while (await _input.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (_input.TryRead(out IngestedFrame frame))
            {
                await CalibrateAsync(frame).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CalibrateAsync(IngestedFrame raw)
    {
        if (_context.Aborted.IsCancellationRequested)
        {
            raw.Lease.Dispose();
            _context.Frames.CountDropped(DropCause.Aborted);
            return;
        }

        // No token: every stage keeps returning buffers while the session ends.
        FrameLease photons = await _photons.RentAsync(CancellationToken.None).ConfigureAwait(false);
        _calibrator.Convert(raw.Lease.Frame, photons.Frame);
        long received = raw.Lease.Frame.Header.ReceivedTimestamp;
        raw.Lease.Dispose();
        long now = _context.Time.GetTimestamp();
        await _output.WriteAsync(
            new PhotonFrame(
                photons, _context.Nanoseconds(received, raw.QueuedTimestamp), _context.Nanoseconds(raw.QueuedTimestamp, now), now),
            CancellationToken.None).ConfigureAwait(false);
    }
}
