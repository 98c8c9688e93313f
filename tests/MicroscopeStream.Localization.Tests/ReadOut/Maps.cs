using MicroscopeStream.Localizations.ReadOut;

namespace MicroscopeStream.Localizations.Tests.ReadOut;

/// <summary>Emitter maps [8, H, W] in the standard order, perhaps inside a padded size, to be filled by hand.</summary>
internal sealed class Maps
{
    private readonly int _rowStride;
    private readonly int _planeStride;

    public Maps(int width, int height, int padX = 0, int padY = 0, float padding = 0)
    {
        (Width, Height) = (width, height);
        _rowStride = width + padX;
        _planeStride = _rowStride * (height + padY);
        Values = new float[8 * _planeStride];
        for (int i = 0; i < Values.Length; i++)
        {
            int x = i % _rowStride, y = i % _planeStride / _rowStride;
            Values[i] = x >= width || y >= height ? padding : 0;
        }
    }

    public int Width { get; }

    public int Height { get; }

    public float[] Values { get; }

    public EmitterMaps View => new(Values, Width, Height, _rowStride, _planeStride);

    public ref float this[int channel, int y, int x] => ref Values[(channel * _planeStride) + (y * _rowStride) + x];

    public static Maps OfProbabilities(float[,] probabilities)
    {
        var maps = new Maps(probabilities.GetLength(1), probabilities.GetLength(0));
        for (int y = 0; y < maps.Height; y++)
        {
            for (int x = 0; x < maps.Width; x++)
            {
                maps[0, y, x] = probabilities[y, x];
            }
        }

        return maps;
    }

    /// <summary>Sparse random probabilities, no two alike, and random other channels.</summary>
    public static Maps Random(int seed, int width, int height, int padX = 0, int padY = 0)
    {
        var random = new Random(seed);
        var maps = new Maps(width, height, padX, padY, padding: 0.95f);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double u = random.NextDouble();
                maps[0, y, x] = (float)(u * u * u);
                for (int channel = 1; channel < 8; channel++)
                {
                    maps[channel, y, x] = random.NextSingle() - 0.5f;
                }
            }
        }

        return maps;
    }
}
