using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator.Blinking;

/// <summary>Where the molecules of a scene sit: as many in the field as the density wants, and the margin's share beside them.</summary>
internal sealed class MoleculePositions
{
    private MoleculePositions(List<(double X, double Y)> all) => All = all;

    public List<(double X, double Y)> All { get; }

    public static MoleculePositions Draw(SmlmScene scene, Field field)
    {
        IEmitterStructure structure = scene.Structure switch
        {
            SmlmStructure.Uniform => new UniformStructure(field),
            SmlmStructure.Grid => new GridStructure(field, scene.GridPeriodNm),
            SmlmStructure.SiemensStar => new SiemensStar(field, scene.StarWedges),
            _ => new FilamentStructure(field, scene.Seed, scene.FilamentUmPerUm2, scene.FilamentRadiusNm),
        };
        var random = new RandomStream(scene.Seed, RandomPurpose.Molecule);
        int wanted = Math.Max(1, (int)Math.Round(scene.MoleculesInField));
        var all = new List<(double X, double Y)>(wanted + (wanted / 8));
        for (int inField = 0; inField < wanted;)
        {
            (double x, double y) = structure.Draw(ref random);
            if (field.ContainsWithMargin(x, y))
            {
                all.Add((x, y));
                inField += field.Contains(x, y) ? 1 : 0;
            }
        }

        return new MoleculePositions(all);
    }
}
