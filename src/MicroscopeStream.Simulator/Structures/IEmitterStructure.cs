using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>A structure from which positions of molecules are drawn, in the field or its margin or beyond.</summary>
internal interface IEmitterStructure
{
    /// <summary>Draws a position, nm from the field's corner.</summary>
    (double X, double Y) Draw(ref RandomStream random);
}
