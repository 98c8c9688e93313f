using System.Runtime.CompilerServices;
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
    private readonly FrameIntake _input;
    private readonly FramePool _photons;
    private readonly ChannelWriter<PhotonFrame> _output;
    private readonly TrustWatch _trust;
    private readonly int _rawBuffers;
    private CameraCheck? _check;

    public CalibrateStage(
        SessionContext context, FrameIntake input, FramePool photons, ChannelWriter<PhotonFrame> output, TrustWatch trust, int rawBuffers)
    {
        _context = context;
        _input = input;
        _photons = photons;
        _output = output;
        _trust = trust;
        _rawBuffers = rawBuffers;
    }

    public async Task RunAsync()
    {
        var first = new List<IngestedFrame>();
        CameraModel camera = _context.Specification.Acquisition.Camera
            ?? await new CameraWatch(_context, _input, _trust, _rawBuffers).EstimateAsync(first).ConfigureAwait(false);
        _check = camera.Estimated || !_trust.RestsOnPhotons ? null : new CameraCheck(_context, _trust, camera);
        _context.Pace?.Start();
        var calibrator = new FrameCalibrator(_context, _trust, camera);
        foreach (IngestedFrame frame in first)
        {
            await CalibrateAsync(calibrator, frame).ConfigureAwait(false);
        }

        while (await _input.WaitAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (_input.TryTake(out IngestedFrame frame))
            {
                await CalibrateAsync(calibrator, frame).ConfigureAwait(false);
            }
        }

        if (_check is not null)
        {
            await _check.FinishAsync().ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CalibrateAsync(FrameCalibrator calibrator, IngestedFrame raw)
    {
        if (_context.Aborted.IsCancellationRequested)
        {
            if (!raw.ContextOnly)
            {
                _context.Frames.CountDropped(DropCause.Aborted, raw.Lease.Frame.Header.Sequence);
            }

            raw.Lease.Dispose();
            return;
        }

        // No token: every stage keeps returning buffers while the session ends.
        FrameLease photons = await _photons.RentAsync(CancellationToken.None).ConfigureAwait(false);
        _check?.Look(raw.Lease.Frame);
        calibrator.Convert(raw.Lease.Frame, photons.Frame);
        long received = raw.Lease.Frame.Header.ReceivedTimestamp;
        raw.Lease.Dispose();
        long now = _context.Time.GetTimestamp();
        await _output.WriteAsync(
            new PhotonFrame(
                photons, _context.Nanoseconds(received, raw.QueuedTimestamp), _context.Nanoseconds(raw.QueuedTimestamp, now), now, raw.Run, raw.ContextOnly),
            CancellationToken.None).ConfigureAwait(false);
    }
}
