using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Calibration;

/// <summary>
/// Estimates an undescribed camera from a session's first frames, which wait meanwhile: at most half the buffers, so that
/// the sender is never stopped by it, and at most half a second, so that a slow camera is not either.
/// </summary>
internal sealed class CameraWatch
{
    /// <summary>Frames after which more of them bring little.</summary>
    private const int MostFrames = 64;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(0.5);

    private readonly SessionContext _context;
    private readonly FrameIntake _input;
    private readonly TrustWatch _trust;
    private readonly int _wanted;

    public CameraWatch(SessionContext context, FrameIntake input, TrustWatch trust, int rawBuffers)
    {
        _context = context;
        _input = input;
        _trust = trust;
        _wanted = Math.Clamp(rawBuffers / 2, 1, MostFrames);
    }

    /// <summary>Takes the first frames, which the caller works off, and estimates.</summary>
    public async Task<CameraModel> EstimateAsync(List<IngestedFrame> frames)
    {
        AcquisitionSpecification acquisition = _context.Specification.Acquisition;
        var estimator = new CameraEstimator(acquisition.Width, acquisition.Height, acquisition.PixelType, _wanted);
        if (!await _input.WaitAsync(CancellationToken.None).ConfigureAwait(false))
        {
            return new CameraModel { Estimated = true };
        }

        using var limit = new CancellationTokenSource(LongestWait, _context.Time);
        try
        {
            while (!estimator.IsFull && !_context.Aborted.IsCancellationRequested && await _input.WaitAsync(limit.Token).ConfigureAwait(false))
            {
                while (!estimator.IsFull && _input.TryTake(out IngestedFrame frame))
                {
                    frames.Add(frame);
                    estimator.Add(frame.Lease.Frame.Bytes);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What came until now has to do.
        }

        if (frames.Count == 0)
        {
            return new CameraModel { Estimated = true };
        }

        CameraEstimate estimate = estimator.Estimate();
        _trust.CameraEstimated(estimate.GainSupported);
        _context.Notices.Tell(
            new Notice(Severity.Warning, NoticeCodes.CameraEstimated, estimate.Warning),
            new SequenceRange(frames[0].Lease.Frame.Header.Sequence, frames[^1].Lease.Frame.Header.Sequence));
        return estimate.Camera;
    }
}
