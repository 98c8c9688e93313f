using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>Molecules in every second of 2 × wedges equal sectors of a disc that fills 96 % of the field's shorter side.</summary>
internal sealed class SiemensStar(Field field, int wedges) : IEmitterStructure
{
    private readonly double _radius = 0.48 * Math.Min(field.WidthNm, field.HeightNm);

    public (double X, double Y) Draw(ref RandomStream random)
    {
        double wedge = Math.Floor(random.NextUnit() * wedges);
        double angle = (wedge + (0.5 * random.NextUnit())) * 2 * Math.PI / wedges;
        double r = _radius * Math.Sqrt(random.NextUnit());
        return ((0.5 * field.WidthNm) + (r * Math.Cos(angle)), (0.5 * field.HeightNm) + (r * Math.Sin(angle)));
    }
}
