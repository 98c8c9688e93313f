using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Calibration;

/// <summary>
/// Holds a described camera against the first frames, and says so where they contradict it: a wrong description gives fewer or no
/// localizations, or wrong precisions, and nothing else would tell. Looks at the middle of the frame only, so that large frames cost no more.
/// </summary>
/// <remarks><see cref="Look"/> and <see cref="FinishAsync"/> are called by one stage; what is computed runs beside it.</remarks>
internal sealed class CameraCheck
{
    private const int Frames = 32;
    private const int LargestEdge = 192;

    private readonly SessionContext _context;
    private readonly TrustWatch _trust;
    private readonly CameraModel _stated;
    private readonly CameraEstimator _estimator;
    private readonly byte[] _middle;
    private readonly int _stride;
    private readonly int _offset;
    private readonly int _rowBytes;
    private SequenceRange _range = SequenceRange.None;
    private Task? _judging;

    public CameraCheck(SessionContext context, TrustWatch trust, CameraModel stated)
    {
        (_context, _trust) = (context, trust);
        AcquisitionSpecification acquisition = context.Specification.Acquisition;
        int width = Math.Min(acquisition.Width, LargestEdge), height = Math.Min(acquisition.Height, LargestEdge);
        int left = (acquisition.Width - width) / 2, top = (acquisition.Height - height) / 2;
        int pixel = acquisition.PixelType.BytesPerPixel();
        _stride = acquisition.Width * pixel;
        _offset = (top * _stride) + (left * pixel);
        _rowBytes = width * pixel;
        _middle = new byte[height * _rowBytes];
        _estimator = new CameraEstimator(width, height, acquisition.PixelType, Frames);
        _stated = stated with
        {
            BaselineMap = Middle(stated.BaselineMap),
            ElectronsPerAduMap = Middle(stated.ElectronsPerAduMap),
            ReadVarianceMap = Middle(stated.ReadVarianceMap),
        };

        float[]? Middle(float[]? map) => map is null
            ? null
            : [.. Enumerable.Range(top, height).SelectMany(y => map.AsSpan((y * acquisition.Width) + left, width).ToArray())];
    }

    /// <summary>Looks at a raw frame; at once when enough were seen.</summary>
    public void Look(Frame raw)
    {
        if (_judging is not null)
        {
            return;
        }

        ReadOnlySpan<byte> bytes = raw.Bytes;
        for (int row = 0; row * _rowBytes < _middle.Length; row++)
        {
            bytes.Slice(_offset + (row * _stride), _rowBytes).CopyTo(_middle.AsSpan(row * _rowBytes));
        }

        _estimator.Add(_middle);
        _range = _range.Union(SequenceRange.Of(raw.Header.Sequence));
        if (_estimator.IsFull)
        {
            _judging = Task.Run(Judge);
        }
    }

    /// <summary>Judges what was seen of a short session, and waits until that is told.</summary>
    public Task FinishAsync() => _judging ??= Task.Run(Judge);

    private void Judge()
    {
        if (CameraMismatch.Find(_stated, _estimator) is { } mismatch)
        {
            _trust.CameraContradicted(mismatch.Serious, mismatch.Message);
            _context.Notices.Tell(new Notice(Severity.Warning, NoticeCodes.CameraMismatch, mismatch.Message), _range);
        }
    }
}
