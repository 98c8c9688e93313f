using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>The latest image of one kind that a method made, handed from its thread to that of the previews by a copy.</summary>
internal sealed class ShownImage(PreviewKind kind)
{
    private readonly Lock _lock = new();
    private SuperResolvedImage? _latest;
    private float[] _copy = [];
    private bool _changed;

    public PreviewKind Kind => kind;

    /// <summary>Whether an image came since the last <see cref="TryTake"/>.</summary>
    public bool IsNew
    {
        get
        {
            lock (_lock)
            {
                return _changed;
            }
        }
    }

    public void Show(SuperResolvedImage image)
    {
        lock (_lock)
        {
            if (_latest is null || _latest.Grid != image.Grid)
            {
                _latest = new SuperResolvedImage(image.Grid);
            }

            image.Pixels.CopyTo(_latest.Pixels, 0);
            _changed = true;
        }
    }

    /// <summary>Takes a copy of the latest image if it is new; valid until the next call.</summary>
    public bool TryTake(out float[] pixels, out PixelGrid grid)
    {
        lock (_lock)
        {
            (pixels, grid) = (_copy, _latest?.Grid ?? default);
            if (!_changed)
            {
                return false;
            }

            Array.Resize(ref _copy, _latest!.Pixels.Length);
            _latest.Pixels.CopyTo(_copy, 0);
            pixels = _copy;
            _changed = false;
            return true;
        }
    }

    /// <summary>The latest image itself; null: none has come. Only when nothing comes any more.</summary>
    public SuperResolvedImage? Latest => _latest;

    /// <summary>Lets the memory go.</summary>
    public void Release() => (_latest, _copy) = (null, []);
}
