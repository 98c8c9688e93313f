using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>Molecules on rings of 100 to 500 nm radius, about one ring per 4 µm² of the field and its margin.</summary>
internal sealed class VesicleStructure : IEmitterStructure
{
    private readonly (double X, double Y, double Radius)[] _rings;
    private readonly double[] _lengths;

    public VesicleStructure(Field field, ulong seed)
    {
        double width = field.WidthNm + (2 * field.MarginNm), height = field.HeightNm + (2 * field.MarginNm);
        var random = new RandomStream(seed, RandomPurpose.Structure);
        _rings = new (double, double, double)[Math.Max(1, (int)(width * height / 4e6))];
        _lengths = new double[_rings.Length];
        double length = 0;
        for (int i = 0; i < _rings.Length; i++)
        {
            _rings[i] = ((random.NextUnit() * width) - field.MarginNm, (random.NextUnit() * height) - field.MarginNm, 100 + (400 * random.NextUnit()));
            _lengths[i] = length += _rings[i].Radius;
        }
    }

    public (double X, double Y) Draw(ref RandomStream random)
    {
        int found = Array.BinarySearch(_lengths, random.NextUnit() * _lengths[^1]);
        (double x, double y, double radius) = _rings[Math.Min(found < 0 ? ~found : found, _rings.Length - 1)];
        double angle = 2 * Math.PI * random.NextUnit();
        return (x + (radius * Math.Cos(angle)), y + (radius * Math.Sin(angle)));
    }
}
