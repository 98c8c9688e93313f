using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>The raw frames of a window, kept until they are written again: a run can be repeated on another provider.</summary>
internal sealed class ImageWindow
{
    private readonly float[] _pixels;
    private readonly float[] _present;
    private readonly bool[] _missing;
    private readonly int _plane;
    private readonly FrameNumbers _numbers;

    public ImageWindow(ModelNormalization normalization, int frames, int height, int width)
    {
        _plane = checked(height * width);
        _pixels = new float[checked(frames * _plane)];
        _missing = new bool[frames];
        _numbers = new FrameNumbers(normalization);
        _present = _numbers.AreOfStack ? new float[_pixels.Length] : [];
    }

    public int Count => _missing.Length;

    public long Bytes => (_pixels.LongLength + _present.LongLength) * sizeof(float);

    /// <summary>What the normalization takes from the frames; asked for before each run.</summary>
    public Affine OfStack { get; private set; }

    public Span<float> this[int index]
    {
        get
        {
            _missing[index] = false;
            return _pixels.AsSpan(index * _plane, _plane);
        }
    }

    public bool IsMissing(int index) => _missing[index];

    public void MarkMissing(int index) => _missing[index] = true;

    /// <summary>Takes the numbers of the whole window, where they are its.</summary>
    public void Measure()
    {
        if (!_numbers.AreOfStack)
        {
            return;
        }

        int there = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!_missing[i])
            {
                _pixels.AsSpan(i * _plane, _plane).CopyTo(_present.AsSpan(there++ * _plane));
            }
        }

        OfStack = there == 0 ? new Affine(1, 0) : _numbers.Of(_present.AsSpan(0, there * _plane));
    }

    /// <summary>The step of the normalization for one frame; null: the manifest's own.</summary>
    public Affine? NumbersOf(int index) =>
        _numbers.AreConstant ? null : _numbers.AreOfStack ? OfStack : _numbers.Of(_pixels.AsSpan(index * _plane, _plane));

    /// <summary>Pixels for reading, whether the frame is missing or not.</summary>
    public ReadOnlySpan<float> Raw(int index) => _pixels.AsSpan(index * _plane, _plane);
}
