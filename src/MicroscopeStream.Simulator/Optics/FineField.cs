using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;

namespace MicroscopeStream.Simulator.Optics;

/// <summary>A grid several times finer than the camera's that reaches beyond its field by a margin.</summary>
internal sealed class FineField
{
    private readonly PixelGrid _camera;
    private readonly int _fineness;
    private readonly int _margin;

    public FineField(PixelGrid camera, int fineness, int marginPixels)
    {
        (_camera, _fineness, _margin) = (camera, fineness, marginPixels);
        int width = fineness * (camera.Width + (2 * marginPixels)), height = fineness * (camera.Height + (2 * marginPixels));
        Grid = new PixelGrid(FourierSizes.AtLeast(width), FourierSizes.AtLeast(height), camera.PixelSizeNm / fineness);
    }

    /// <summary>The fine pixels.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Distance from the fine grid's corner to the centre of the camera's pixel (0, 0), nm.</summary>
    public double OriginNm => (_margin + 0.5) * _camera.PixelSizeNm;

    public double MarginNm => _margin * _camera.PixelSizeNm;

    /// <summary>Adds a molecule; those outside are passed over.</summary>
    public void Add(float[] image, double xNm, double yNm)
    {
        int x = (int)Math.Floor((xNm + MarginNm) / Grid.PixelSizeNm), y = (int)Math.Floor((yNm + MarginNm) / Grid.PixelSizeNm);
        if (x >= 0 && y >= 0 && x < Grid.Width && y < Grid.Height)
        {
            image[(y * Grid.Width) + x]++;
        }
    }

    /// <summary>Sums blocks of fine pixels inside the camera's field, times a factor.</summary>
    public void Sum(float[] fine, int block, float factor, Span<float> result)
    {
        int width = _camera.Width * _fineness / block, height = _camera.Height * _fineness / block, start = _margin * _fineness;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double sum = 0;
                for (int j = 0; j < block; j++)
                {
                    int at = ((start + (y * block) + j) * Grid.Width) + start + (x * block);
                    for (int i = 0; i < block; i++)
                    {
                        sum += fine[at + i];
                    }
                }

                result[(y * width) + x] = (float)(sum * factor);
            }
        }
    }
}

/// <summary>Filters an image on a fine field by a radial transfer function.</summary>
internal sealed class FineFilter
{
    private readonly RealFourierTransform2D _transform;
    private readonly float[] _real;
    private readonly float[] _imaginary;
    private readonly float[] _values;

    public FineFilter(FineField field, double cutoffPerUm, Func<double, double> transfer)
    {
        PixelGrid grid = field.Grid;
        double stepX = 1000 / grid.WidthNm, stepY = 1000 / grid.HeightNm;
        _transform = new RealFourierTransform2D(grid.Width, grid.Height, Math.Min((grid.Width / 2) + 1, (int)(cutoffPerUm / stepX) + 2));
        (_real, _imaginary, _values) = (new float[_transform.SpectrumLength], new float[_transform.SpectrumLength], new float[_transform.SpectrumLength]);
        for (int v = 0; v < grid.Height; v++)
        {
            double ky = (v <= grid.Height / 2 ? v : v - grid.Height) * stepY;
            for (int u = 0; u < _transform.Columns; u++)
            {
                double kx = u * stepX;
                _values[(v * _transform.Stride) + u] = (float)transfer(Math.Sqrt((kx * kx) + (ky * ky)));
            }
        }
    }

    public void Apply(float[] image)
    {
        _transform.Forward(image, _real, _imaginary);
        for (int i = 0; i < _values.Length; i++)
        {
            _real[i] *= _values[i];
            _imaginary[i] *= _values[i];
        }

        _transform.Inverse(_real, _imaginary, image);
    }
}
