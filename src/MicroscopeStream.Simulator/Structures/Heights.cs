using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>At which depth a molecule sits.</summary>
internal static class Heights
{
    // Of the range of depths: the rest is the sample's smooth height.
    private const double Scatter = 0.1;

    /// <summary>
    /// Uniform samples fill the range of depths; all others lie on a surface that undulates through it, one hill and one valley over
    /// the field, with a little scatter.
    /// </summary>
    public static double Draw(SmlmScene scene, Field field, double x, double y, ref RandomStream random)
    {
        double share = random.NextUnit();
        if (scene.Structure != SmlmStructure.Uniform)
        {
            double surface = 0.5 * (1 + (Math.Sin(2 * Math.PI * x / field.WidthNm) * Math.Cos(Math.PI * ((y / field.HeightNm) - 0.5))));
            share = (Scatter * share) + ((1 - Scatter) * Math.Clamp(surface, 0, 1));
        }

        return scene.MinimumZNm + (share * (scene.MaximumZNm - scene.MinimumZNm));
    }
}
