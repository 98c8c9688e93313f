using MicroscopeStream.Core.Frames;
using MicroscopeStream.Simulator.Optics;
using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator.Scenes;

/// <summary>Draws what fluoresces as a count of molecules on a fine grid.</summary>
internal static class SimObjects
{
    public static float[] Draw(SimScene scene, FineField fine)
    {
        PixelGrid grid = scene.Grid;
        var field = new Field(grid.WidthNm, grid.HeightNm, fine.MarginNm);
        IEmitterStructure structure = scene.Structure switch
        {
            SimStructure.Filaments => new FilamentStructure(field, scene.Seed, 1, 12.5),
            SimStructure.Tubes => new FilamentStructure(field, scene.Seed, 0.25, 150),
            SimStructure.Vesicles => new VesicleStructure(field, scene.Seed),
            SimStructure.Points => new UniformStructure(field),
            SimStructure.Grid => new GridStructure(field, 800),
            _ => new SiemensStar(field, 18),
        };
        double areaUm2 = fine.Grid.AreaUm2;
        double density = scene.Structure == SimStructure.Points ? 1 : scene.MoleculesPerUm2;
        var image = new float[fine.Grid.PixelCount];
        var random = new RandomStream(scene.Seed, RandomPurpose.Molecule);
        long molecules = Math.Max(1, (long)(density * areaUm2));
        for (long i = 0; i < molecules; i++)
        {
            (double x, double y) = structure.Draw(ref random);
            fine.Add(image, x, y);
        }

        return image;
    }
}
