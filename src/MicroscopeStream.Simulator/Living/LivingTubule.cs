using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Living;

/// <summary>A corner of a mesh that wanders.</summary>
internal sealed class MeshCorner(double x, double y, Wander alongX, Wander alongY)
{
    public (double X, double Y) At(double time) => (x + alongX.At(time), y + alongY.At(time));
}

/// <summary>A tubule between two corners of a mesh, slightly bent.</summary>
internal sealed class LivingTubule : LivingPart
{
    private const double StepNm = 12.5;
    private readonly MeshCorner _from;
    private readonly MeshCorner _to;
    private readonly double _bend;
    private readonly int _points;
    private (double X, double Y) _a;
    private (double X, double Y) _b;

    public LivingTubule(MeshCorner from, MeshCorner to, ref RandomStream random)
    {
        (_from, _to, _bend) = (from, to, 0.1 * random.NextNormal());
        GoTo(0);
        _points = Math.Max(2, (int)(Math.Sqrt(Square(_b.X - _a.X) + Square(_b.Y - _a.Y)) / StepNm));
    }

    public override int Points => _points;

    public override double NmPerPoint => StepNm;

    public override void GoTo(double time) => (_a, _b) = (_from.At(time), _to.At(time));

    public override (double X, double Y) Position(int point)
    {
        double t = (point + 0.5) / _points, bulge = _bend * 4 * t * (1 - t);
        (double dx, double dy) = (_b.X - _a.X, _b.Y - _a.Y);
        return (_a.X + (t * dx) - (bulge * dy), _a.Y + (t * dy) + (bulge * dx));
    }

    private static double Square(double value) => value * value;
}
