using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator.Living;

/// <summary>A vesicle: points on a disc of 25 to 100 nm radius, on a directed way.</summary>
internal sealed class LivingVesicle : LivingPart
{
    private const int Count = 24;
    private readonly (double X, double Y)[] _offsets;
    private readonly (double X, double Y) _start;
    private readonly Wander _alongX;
    private readonly Wander _alongY;
    private readonly double _radius;
    private (double X, double Y) _centre;

    public LivingVesicle(ref RandomStream random, Func<long, RandomStream> own, Field field, double nmPerS, double memory)
    {
        _start = (random.NextUnit() * field.WidthNm, random.NextUnit() * field.HeightNm);
        _radius = 25 + (75 * random.NextUnit());
        _offsets = new (double X, double Y)[Count];
        for (int i = 0; i < Count; i++)
        {
            double angle = 2 * Math.PI * random.NextUnit(), r = _radius * Math.Sqrt(random.NextUnit());
            _offsets[i] = (r * Math.Cos(angle), r * Math.Sin(angle));
        }

        (_alongX, _alongY) = (new Wander(own(0), nmPerS / Math.Sqrt(2), memory), new Wander(own(1), nmPerS / Math.Sqrt(2), memory));
    }

    public override int Points => Count;

    /// <summary>A vesicle counts as its circumference.</summary>
    public override double NmPerPoint => 2 * Math.PI * _radius / Count;

    public override void GoTo(double time) => _centre = (_start.X + _alongX.At(time), _start.Y + _alongY.At(time));

    public override (double X, double Y) Position(int point) => (_centre.X + _offsets[point].X, _centre.Y + _offsets[point].Y);
}
