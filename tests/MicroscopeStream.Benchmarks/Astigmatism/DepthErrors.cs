namespace MicroscopeStream.Benchmarks.Astigmatism;

/// <summary>Errors along three axes, gathered spot by spot.</summary>
internal sealed class DepthErrors
{
    private readonly List<(double X, double Y, double Z, double SigmaZ)> _errors = [];

    /// <summary>Spots that were not fitted.</summary>
    public int Lost { get; private set; }

    public int Count => _errors.Count;

    public double RmseX => Root(e => e.X);

    public double RmseY => Root(e => e.Y);

    public double RmseZ => Root(e => e.Z);

    public double BiasZ => _errors.Count == 0 ? double.NaN : _errors.Average(e => e.Z);

    /// <summary>Root mean square of errors over their stated deviation.</summary>
    public double ScoreZ => Root(e => e.Z / e.SigmaZ);

    public void Add(double x, double y, double z, double sigmaZ) => _errors.Add((x, y, z, sigmaZ));

    public void Lose() => Lost++;

    public void Add(DepthErrors other)
    {
        _errors.AddRange(other._errors);
        Lost += other.Lost;
    }

    private double Root(Func<(double X, double Y, double Z, double SigmaZ), double> error) =>
        _errors.Count == 0 ? double.NaN : Math.Sqrt(_errors.Average(e => error(e) * error(e)));
}
