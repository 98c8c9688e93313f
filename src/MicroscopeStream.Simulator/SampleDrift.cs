using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator;

/// <summary>
/// How far the sample has moved at each frame, against the first: a random walk, and jumps as a stage makes them. Follows from the
/// scene alone.
/// </summary>
/// <remarks>Not thread-safe: the path is made as far as it is asked for, 16 bytes per frame.</remarks>
public sealed class SampleDrift
{
    private readonly SmlmScene _scene;
    private readonly List<(double X, double Y)> _path = [(0, 0)];

    /// <summary>Makes the path of a scene.</summary>
    public SampleDrift(SmlmScene scene) => _scene = scene;

    /// <summary>Whether the sample moves at all.</summary>
    public bool Moves => _scene.DriftStepNm > 0 || (_scene.DriftJumpFrames > 0 && _scene.DriftJumpNm > 0);

    /// <summary>Drift at a frame, nm; (0, 0) at frame 0.</summary>
    /// <param name="frame">Its number, 0…10⁸.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is outside its range.</exception>
    public (double X, double Y) At(long frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, 100_000_000);
        if (!Moves)
        {
            return (0, 0);
        }

        while (_path.Count <= frame)
        {
            _path.Add(Next(_path.Count, _path[^1]));
        }

        return _path[(int)frame];
    }

    private (double X, double Y) Next(int frame, (double X, double Y) last)
    {
        var random = new RandomStream(_scene.Seed, RandomPurpose.Drift, frame);
        double x = last.X + (_scene.DriftStepNm * random.NextNormal()), y = last.Y + (_scene.DriftStepNm * random.NextNormal());
        if (_scene.DriftJumpFrames > 0 && frame % _scene.DriftJumpFrames == 0)
        {
            double angle = 2 * Math.PI * random.NextUnit();
            (x, y) = (x + (_scene.DriftJumpNm * Math.Cos(angle)), y + (_scene.DriftJumpNm * Math.Sin(angle)));
        }

        return (x, y);
    }
}
