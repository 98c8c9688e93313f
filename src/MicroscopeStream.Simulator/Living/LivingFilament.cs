using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator.Living;

/// <summary>
/// A filament: a persistent walk, displaced by cosine modes along its length (drift, rotation and stretch, two of bending), its one end
/// growing and shrinking where it is dynamic.
/// </summary>
internal sealed class LivingFilament : LivingPart
{
    private const int Modes = 4;
    private const double StepNm = 12.5;

    /// <summary>Direction changes by this per √nm, radians: a persistence length of about ten micrometres.</summary>
    private const double Bending = 0.004;

    private readonly double[] _x;
    private readonly double[] _y;
    private readonly Wander[] _modes;
    private readonly double[] _now = new double[2 * Modes];
    private readonly Wander? _tip;
    private readonly double _tipStart;
    private double _tipNow = double.PositiveInfinity;

    public LivingFilament(ref RandomStream random, Func<long, RandomStream> own, Field field, double nmPerS, double memory)
    {
        double edge = Math.Max(field.WidthNm, field.HeightNm);
        int count = (int)((0.5 + random.NextUnit()) * edge / StepNm);
        (_x, _y) = (new double[count], new double[count]);
        double angle = 2 * Math.PI * random.NextUnit(), x = 0, y = 0;
        for (int i = 0; i < count; i++)
        {
            angle += Bending * Math.Sqrt(StepNm) * random.NextNormal();
            (x, y) = (x + (StepNm * Math.Cos(angle)), y + (StepNm * Math.Sin(angle)));
            (_x[i], _y[i]) = (x, y);
        }

        double dx = (random.NextUnit() * field.WidthNm) - _x[count / 2], dy = (random.NextUnit() * field.HeightNm) - _y[count / 2];
        for (int i = 0; i < count; i++)
        {
            (_x[i], _y[i]) = (_x[i] + dx, _y[i] + dy);
        }

        // Bends are slower than the drift of the whole, as stiffness makes them.
        _modes = [.. Enumerable.Range(0, 2 * Modes).Select(m => new Wander(own(m), nmPerS / Math.Sqrt(2) / (1 + (m / 2)), memory))];
        if (random.NextUnit() < 0.5)
        {
            _tipStart = (0.3 + (0.6 * random.NextUnit())) * count * StepNm;
            _tip = new Wander(own(2 * Modes), (1 + (2 * random.NextUnit())) * nmPerS, memory);
        }
    }

    public override int Points => _x.Length;

    public override double NmPerPoint => StepNm;

    public override void GoTo(double time)
    {
        for (int m = 0; m < _now.Length; m++)
        {
            _now[m] = _modes[m].At(time);
        }

        _tipNow = _tip is null ? double.PositiveInfinity : _tipStart + _tip.At(time);
    }

    public override (double X, double Y) Position(int point)
    {
        double along = Math.PI * point / Math.Max(1, _x.Length - 1), x = _x[point], y = _y[point];
        for (int m = 0; m < Modes; m++)
        {
            double shape = Math.Cos(m * along);
            (x, y) = (x + (_now[2 * m] * shape), y + (_now[(2 * m) + 1] * shape));
        }

        return (x, y);
    }

    public override double Presence(int point) => Math.Clamp(((_tipNow - (point * StepNm)) / StepNm) + 0.5, 0, 1);
}
