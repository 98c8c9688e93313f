using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>A smooth uneven background: a few plane waves of 3 to 15 µm, scaled to the wanted mean and spread, never below a tenth of the mean.</summary>
internal static class Background
{
    private const int Waves = 8;

    public static float[] Make(PixelGrid grid, ulong seed, double mean, double spread)
    {
        var image = new double[grid.PixelCount];
        if (spread > 0)
        {
            var random = new RandomStream(seed, RandomPurpose.Background);
            for (int i = 0; i < Waves; i++)
            {
                AddWave(image, grid, ref random);
            }
        }

        double average = image.Average();
        double deviation = Math.Sqrt(image.Average(value => (value - average) * (value - average)));
        double scale = deviation > 0 ? spread / deviation : 0;
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = mean * Math.Max(0.1, 1 + (scale * (image[i] - average)));
        }

        // Cutting off the troughs lifts the mean a little: bring it back.
        double correction = mean > 0 ? mean / image.Average() : 0;
        return Array.ConvertAll(image, value => (float)(value * correction));
    }

    private static void AddWave(double[] image, PixelGrid grid, ref RandomStream random)
    {
        double wavelength = 3000 * Math.Pow(5, random.NextUnit());
        double direction = 2 * Math.PI * random.NextUnit(), phase = 2 * Math.PI * random.NextUnit();
        double kx = 2 * Math.PI / wavelength * Math.Cos(direction), ky = 2 * Math.PI / wavelength * Math.Sin(direction);
        for (int y = 0, i = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++, i++)
            {
                image[i] += Math.Cos((kx * grid.CentreNm(x)) + (ky * grid.CentreNm(y)) + phase);
            }
        }
    }
}
