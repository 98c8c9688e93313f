using System.Globalization;

namespace MicroscopeStream.Imaging.Colour;

/// <summary>A chart of points and lines in a rectangle of a picture. Not thread-safe.</summary>
public sealed class Chart
{
    private static readonly Rgb Ink = new(60, 60, 60);
    private static readonly Rgb Faint = new(225, 225, 225);
    private readonly RgbImage _image;
    private readonly (int Left, int Top, int Width, int Height) _area;
    private readonly (double Min, double Max) _x;
    private readonly (double Min, double Max) _y;

    /// <summary>Makes an empty chart on a white ground.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="area">Where, with labels: left, top, width and height, pixels; at least 120 × 80.</param>
    /// <param name="x">What the horizontal axis spans.</param>
    /// <param name="y">What the vertical axis spans; its largest value is on top.</param>
    /// <exception cref="ArgumentException">The area is too small, or a span is empty.</exception>
    public Chart(RgbImage image, (int Left, int Top, int Width, int Height) area, (double Min, double Max) x, (double Min, double Max) y)
    {
        if (area.Width < 120 || area.Height < 80 || !(x.Min < x.Max) || !(y.Min < y.Max))
        {
            throw new ArgumentException($"A chart of {area.Width} × {area.Height} px over {x} and {y}: too small, or without extent.", nameof(area));
        }

        (_image, _x, _y) = (image, x, y);
        image.Fill(area.Left, area.Top, area.Width, area.Height, Rgb.White);
        _area = (area.Left + 44, area.Top + 22, area.Width - 60, area.Height - 54);
    }

    /// <summary>Draws axes with ticks at round numbers, their labels, and the axes' names.</summary>
    /// <param name="xName">Name of the horizontal axis, in <see cref="Caption"/>'s letters.</param>
    /// <param name="yName">Name of the vertical axis, in the same.</param>
    public void Axes(string xName, string yName)
    {
        foreach (double tick in Ticks(_x, 8))
        {
            int column = Column(tick);
            _image.Fill(column, _area.Top, 1, _area.Height, Faint);
            string label = Label(tick);
            Caption.Draw(_image, label, column - (Caption.Width(label) / 2), _area.Top + _area.Height + 6, Ink);
        }

        foreach (double tick in Ticks(_y, 6))
        {
            int row = Row(tick);
            _image.Fill(_area.Left, row, _area.Width, 1, Faint);
            string label = Label(tick);
            Caption.Draw(_image, label, _area.Left - 6 - Caption.Width(label), row - 3, Ink);
        }

        _image.Fill(_area.Left, _area.Top, 1, _area.Height, Ink);
        _image.Fill(_area.Left, _area.Top + _area.Height, _area.Width, 1, Ink);
        Caption.Draw(_image, xName, _area.Left + ((_area.Width - Caption.Width(xName)) / 2), _area.Top + _area.Height + 20, Ink);
        Caption.Draw(_image, yName, _area.Left - 30, _area.Top - 16, Ink);
    }

    /// <summary>Draws a square dot; beyond the axes it is left out.</summary>
    /// <param name="x">Along the horizontal axis.</param>
    /// <param name="y">Along the vertical axis.</param>
    /// <param name="colour">Ink.</param>
    /// <param name="size">Edge, pixels.</param>
    public void Point(double x, double y, Rgb colour, int size = 2)
    {
        if (x >= _x.Min && x <= _x.Max && y >= _y.Min && y <= _y.Max)
        {
            _image.Fill(Column(x) - (size / 2), Row(y) - (size / 2), size, size, colour);
        }
    }

    /// <summary>Draws a function over a part of the horizontal axis.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="function">Its values.</param>
    /// <param name="colour">Ink.</param>
    public void Line(double from, double to, Func<double, double> function, Rgb colour)
    {
        int steps = 4 * _area.Width;
        for (int i = 0; i <= steps; i++)
        {
            double x = _x.Min + ((_x.Max - _x.Min) * i / steps);
            if (x >= from && x <= to)
            {
                Point(x, function(x), colour, 3);
            }
        }
    }

    /// <summary>Writes a caption at a point of the chart.</summary>
    /// <param name="text">The text, in <see cref="Caption"/>'s letters.</param>
    /// <param name="x">Along the horizontal axis: the text's left edge.</param>
    /// <param name="y">Along the vertical axis: its top.</param>
    /// <param name="colour">Ink.</param>
    public void Note(string text, double x, double y, Rgb colour) => Caption.Draw(_image, text, Column(x), Row(y), colour);

    private static IEnumerable<double> Ticks((double Min, double Max) span, int most)
    {
        double raw = (span.Max - span.Min) / most, power = Math.Pow(10, Math.Floor(Math.Log10(raw))), mantissa = raw / power;
        double step = power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
        for (double at = Math.Ceiling(span.Min / step) * step; at <= span.Max + (1e-9 * step); at += step)
        {
            yield return Math.Abs(at) < 1e-9 * step ? 0 : at;
        }
    }

    private static string Label(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private int Column(double x) => _area.Left + (int)Math.Round(_area.Width * (x - _x.Min) / (_x.Max - _x.Min));

    private int Row(double y) => _area.Top + (int)Math.Round(_area.Height * (_y.Max - y) / (_y.Max - _y.Min));
}
