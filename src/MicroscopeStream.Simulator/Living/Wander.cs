using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Living;

/// <summary>
/// Smooth random displacements: velocities of an Ornstein–Uhlenbeck process, summed up. Made knot by knot as far as they are asked for;
/// between knots they run straight. Zero at knot 0.
/// </summary>
internal sealed class Wander
{
    private readonly double _step;
    private readonly double _keep;
    private readonly List<double> _path = [0];
    private RandomStream _random;
    private double _velocity;

    /// <param name="random">Its own stream.</param>
    /// <param name="step">Root mean square displacement from knot to knot.</param>
    /// <param name="memory">Knots for which a velocity lasts.</param>
    public Wander(RandomStream random, double step, double memory)
    {
        (_random, _step, _keep) = (random, step, Math.Exp(-1 / memory));
        _velocity = _random.NextNormal();
    }

    /// <summary>Displacement at a time, knots, ≥ 0.</summary>
    public double At(double time)
    {
        int knot = (int)time;
        while (_path.Count <= knot + 1)
        {
            _velocity = (_keep * _velocity) + (Math.Sqrt(1 - (_keep * _keep)) * _random.NextNormal());
            _path.Add(_path[^1] + (_step * _velocity));
        }

        double part = time - knot;
        return (_path[knot] * (1 - part)) + (_path[knot + 1] * part);
    }
}
