using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Execution;

/// <summary>The raw frames of the last window, and the one being written.</summary>
internal sealed class FrameHistory
{
    private readonly float[][] _frames;
    private readonly long[] _sequences;
    private readonly int _width;
    private readonly int _height;
    private int _next;

    public FrameHistory(int window, int height, int width)
    {
        (_height, _width) = (height, width);
        _frames = [.. Enumerable.Range(0, window + 1).Select(_ => new float[height * width])];
        _sequences = new long[window + 1];
        Clear();
    }

    /// <summary>Bytes of the frames.</summary>
    public long Bytes => (long)_frames.Length * _height * _width * sizeof(float);

    /// <summary>The frame being written, row-major (y, x).</summary>
    public ReadOnlySpan<float> Next => _frames[_next];

    /// <summary>A row of the frame being written.</summary>
    public Span<float> NextRow(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, _height);
        return _frames[_next].AsSpan(y * _width, _width);
    }

    /// <summary>Keeps the written frame under its number; the oldest gives its place to the next.</summary>
    public void Keep(long sequence)
    {
        _sequences[_next] = sequence;
        _next = (_next + 1) % _frames.Length;
        _sequences[_next] = -1;
    }

    /// <summary>Forgets all frames.</summary>
    public void Clear() => Array.Fill(_sequences, -1);

    /// <summary>Feeds the kept frames, oldest first, to a network that has seen none. Its maps were delivered before, and are not wanted.</summary>
    public async ValueTask ReplayAsync(ITemporalNetwork network, CancellationToken cancellationToken)
    {
        network.FirstWanted = long.MaxValue;
        for (int i = 1; i < _frames.Length; i++)
        {
            int place = (_next + i) % _frames.Length;
            if (_sequences[place] < 0)
            {
                continue;
            }

            while (await network.PassGapAsync(_sequences[place], cancellationToken).ConfigureAwait(false))
            {
            }

            network.WriteFrame(_frames[place]);
            await network.SubmitAsync(_sequences[place], cancellationToken).ConfigureAwait(false);
        }
    }
}
