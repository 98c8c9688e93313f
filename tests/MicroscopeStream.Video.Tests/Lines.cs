using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Video.Tests;

/// <summary>Localizations on a vertical line that drifts along x, drawn from a seed.</summary>
internal sealed class Lines(int seed, double speedNmPerSlice, double perSlice, int sliceFrames)
{
    private readonly Random _random = new(seed);

    public static PixelGrid Camera { get; } = new(32, 32, 100);

    public IReadOnlyList<Localization> Frame(long frame)
    {
        double x = 400 + (speedNmPerSlice * frame / sliceFrames);
        double wanted = perSlice / sliceFrames;
        int count = (int)wanted + (_random.NextDouble() < wanted - (int)wanted ? 1 : 0);
        return [.. Enumerable.Range(0, count).Select(_ => At(frame, x + (10 * Normal()), 400 + (2400 * _random.NextDouble())))];
    }

    public static Localization At(long frame, double x, double y, float sigma = 10) => new() { Frame = frame, X = x, Y = y, SigmaX = sigma, SigmaY = sigma };

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
