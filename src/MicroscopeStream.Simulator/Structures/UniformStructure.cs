using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>Molecules anywhere in the field and its margin.</summary>
internal sealed class UniformStructure(Field field) : IEmitterStructure
{
    public (double X, double Y) Draw(ref RandomStream random) => (
        (random.NextUnit() * (field.WidthNm + (2 * field.MarginNm))) - field.MarginNm,
        (random.NextUnit() * (field.HeightNm + (2 * field.MarginNm))) - field.MarginNm);
}
