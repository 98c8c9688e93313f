namespace MicroscopeStream.Localizations.Drift;

/// <summary>Corrected positions sorted into square cells, so that the neighbours of a point are a few short runs.</summary>
internal sealed class ReferenceGrid
{
    /// <summary>
    /// Neighbours looked at in a row of cells. A bead that shines in every frame has as many as there are frames: without a limit
    /// the cost would grow with their square, and the bead alone would rule the curve.
    /// </summary>
    private const int MostInRow = 512;

    private readonly double _cell;
    private readonly float _left;
    private readonly float _top;
    private readonly int _columns;
    private readonly int _rows;
    private readonly int[] _start;
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly int[] _frame;

    public ReferenceGrid(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<int> frame, double cell)
    {
        _cell = cell;
        float right = float.MinValue, bottom = float.MinValue;
        (_left, _top) = (float.MaxValue, float.MaxValue);
        for (int i = 0; i < x.Length; i++)
        {
            (_left, right) = (MathF.Min(_left, x[i]), MathF.Max(right, x[i]));
            (_top, bottom) = (MathF.Min(_top, y[i]), MathF.Max(bottom, y[i]));
        }

        _columns = x.IsEmpty ? 1 : 1 + (int)((right - _left) / cell);
        _rows = x.IsEmpty ? 1 : 1 + (int)((bottom - _top) / cell);
        _start = new int[(_columns * _rows) + 1];
        (_x, _y, _frame) = (new float[x.Length], new float[x.Length], new int[x.Length]);
        for (int i = 0; i < x.Length; i++)
        {
            _start[Cell(x[i], y[i]) + 1]++;
        }

        for (int c = 0; c < _start.Length - 1; c++)
        {
            _start[c + 1] += _start[c];
        }

        int[] next = (int[])_start.Clone();
        for (int i = 0; i < x.Length; i++)
        {
            int at = next[Cell(x[i], y[i])]++;
            (_x[at], _y[at], _frame[at]) = (x[i], y[i], frame[i]);
        }
    }

    /// <summary>Counts displacements from reference positions of frames outside [first, end) to a point.</summary>
    public void Count(float x, float y, int first, int end, PairHistogram histogram)
    {
        float reach = histogram.Reach;
        int left = Math.Max(0, (int)((x - reach - _left) / _cell)), right = Math.Min(_columns - 1, (int)((x + reach - _left) / _cell));
        int top = Math.Max(0, (int)((y - reach - _top) / _cell)), bottom = Math.Min(_rows - 1, (int)((y + reach - _top) / _cell));
        for (int row = top; row <= bottom && left <= right; row++)
        {
            // Cells of one row lie one behind the other, each in the order of time.
            int from = _start[(row * _columns) + left], to = _start[(row * _columns) + right + 1], step = 1 + ((to - from) / MostInRow);
            for (int i = from; i < to; i += step)
            {
                if (_frame[i] < first || _frame[i] >= end)
                {
                    histogram.Add(x - _x[i], y - _y[i]);
                }
            }
        }
    }

    /// <summary>Reference positions of frames outside [first, end) around a point, weighted by a Gaussian cut off at 3 σ.</summary>
    public double Density(float x, float y, int first, int end, double scale)
    {
        float reach = (float)(3 * scale), squared = reach * reach, factor = (float)(-0.5 / (scale * scale));
        int left = Math.Max(0, (int)((x - reach - _left) / _cell)), right = Math.Min(_columns - 1, (int)((x + reach - _left) / _cell));
        int top = Math.Max(0, (int)((y - reach - _top) / _cell)), bottom = Math.Min(_rows - 1, (int)((y + reach - _top) / _cell));
        double sum = 0;
        for (int row = top; row <= bottom && left <= right; row++)
        {
            int from = _start[(row * _columns) + left], to = _start[(row * _columns) + right + 1], step = 1 + ((to - from) / MostInRow);
            for (int i = from; i < to; i += step)
            {
                float dx = x - _x[i], dy = y - _y[i], distance = (dx * dx) + (dy * dy);
                if (distance < squared && (_frame[i] < first || _frame[i] >= end))
                {
                    sum += MathF.Exp(distance * factor);
                }
            }
        }

        return sum;
    }

    private int Cell(float x, float y) => ((int)((y - _top) / _cell) * _columns) + (int)((x - _left) / _cell);
}
