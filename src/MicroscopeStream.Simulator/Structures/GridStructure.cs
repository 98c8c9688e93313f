using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>Molecules on straight lines along x and y, the first line half a period from the corner.</summary>
internal sealed class GridStructure(Field field, double periodNm) : IEmitterStructure
{
    public (double X, double Y) Draw(ref RandomStream random)
    {
        double x = (random.NextUnit() * (field.WidthNm + (2 * field.MarginNm))) - field.MarginNm;
        double y = (random.NextUnit() * (field.HeightNm + (2 * field.MarginNm))) - field.MarginNm;
        return random.NextUnit() < 0.5 ? (Snap(x), y) : (x, Snap(y));
    }

    private double Snap(double value) => (Math.Floor(value / periodNm) + 0.5) * periodNm;
}
