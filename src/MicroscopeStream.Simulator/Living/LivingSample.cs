using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.Simulator.Scenes;
using MicroscopeStream.Simulator.Structures;

namespace MicroscopeStream.Simulator.Living;

/// <summary>All parts of a scene's structure, and its density at any time.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class LivingSample
{
    /// <summary>Blur of the truth, its own pixels: what the grid can show.</summary>
    private const double TruthSigma = 1;

    /// <summary>Length of structure per area, µm per µm².</summary>
    private const double UmPerUm2 = 1.5;

    /// <summary>Knots of the motion, seconds apart: short against whatever a picture shows.</summary>
    private const double KnotS = 0.05;

    private readonly VideoScene _scene;
    private readonly GaussianBlur _blur = new(TruthSigma);

    public LivingSample(VideoScene scene)
    {
        _scene = scene;
        var field = new Field(scene.Grid.WidthNm, scene.Grid.HeightNm, 0);
        var random = new RandomStream(scene.Seed, RandomPurpose.Structure, 1);
        Parts = scene.Structure switch
        {
            LivingStructure.Network => [.. Network(field, ref random)],
            LivingStructure.Vesicles => [.. Vesicles(field, ref random)],
            _ => [.. Filaments(field, ref random)],
        };
    }

    public IReadOnlyList<LivingPart> Parts { get; }

    public void GoTo(double seconds)
    {
        foreach (LivingPart part in Parts)
        {
            part.GoTo(seconds / KnotS);
        }
    }

    /// <summary>Density at the time of the last <see cref="GoTo"/>: an evenly labelled straight filament has a peak of 1.</summary>
    public void Density(Span<float> image)
    {
        image.Clear();
        double pixel = _scene.TruthGrid.PixelSizeNm;
        foreach (LivingPart part in Parts)
        {
            for (int i = 0; i < part.Points; i++)
            {
                (double x, double y) = part.Position(i);
                Splat(image, x / pixel, y / pixel, (float)(part.Presence(i) * part.NmPerPoint / pixel * TruthSigma * Math.Sqrt(2 * Math.PI)));
            }
        }

        _blur.Apply(image, image, _scene.TruthGrid.Width, _scene.TruthGrid.Height);
    }

    private void Splat(Span<float> image, double x, double y, float weight)
    {
        (int width, int height) = (_scene.TruthGrid.Width, _scene.TruthGrid.Height);
        (int left, int top) = ((int)Math.Floor(x - 0.5), (int)Math.Floor(y - 0.5));
        (float right, float below) = ((float)(x - 0.5 - left), (float)(y - 0.5 - top));
        for (int dy = 0; dy < 2; dy++)
        {
            for (int dx = 0; dx < 2; dx++)
            {
                if ((uint)(top + dy) < (uint)height && (uint)(left + dx) < (uint)width)
                {
                    image[((top + dy) * width) + left + dx] += weight * (dy == 0 ? 1 - below : below) * (dx == 0 ? 1 - right : right);
                }
            }
        }
    }

    private Func<long, RandomStream> Own(long part) => minor => new RandomStream(_scene.Seed, RandomPurpose.Motion, part, minor);

    private (double Step, double Memory) Motion => (_scene.SpeedNmPerS * KnotS, _scene.MemoryS / KnotS);

    private List<LivingPart> Filaments(Field field, ref RandomStream random)
    {
        var parts = new List<LivingPart>();
        double wanted = UmPerUm2 * _scene.Grid.AreaUm2 * 1000;
        for (double length = 0; length < wanted; length += parts[^1].Points * parts[^1].NmPerPoint)
        {
            parts.Add(new LivingFilament(ref random, Own(parts.Count), field, Motion.Step, Motion.Memory));
        }

        return parts;
    }

    private List<LivingPart> Vesicles(Field field, ref RandomStream random)
    {
        var parts = new List<LivingPart>();
        for (int i = 0; i < Math.Max(3, _scene.Grid.AreaUm2); i++)
        {
            parts.Add(new LivingVesicle(ref random, Own(i), field, Motion.Step, Motion.Memory));
        }

        return parts;
    }

    /// <summary>A lattice of hexagons, shaken: three tubules meet at most corners, as in a reticulum.</summary>
    private List<LivingPart> Network(Field field, ref RandomStream random)
    {
        const double edge = 800;
        (int columns, int rows) = ((int)(field.WidthNm / (edge * Math.Sqrt(3) / 2)) + 4, (int)(field.HeightNm / (1.5 * edge)) + 4);
        var corners = new Dictionary<(int Column, int Row), MeshCorner>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double x = ((column - 1) * edge * Math.Sqrt(3) / 2) + (0.2 * edge * random.NextNormal());
                double y = ((((row - 1) * 1.5) + ((column + row) % 2 == 0 ? 0 : 0.5)) * edge) + (0.2 * edge * random.NextNormal());
                Func<long, RandomStream> own = Own((row * columns) + column);
                corners[(column, row)] = new MeshCorner(
                    x, y, new Wander(own(0), Motion.Step / Math.Sqrt(2), Motion.Memory), new Wander(own(1), Motion.Step / Math.Sqrt(2), Motion.Memory));
            }
        }

        var parts = new List<LivingPart>();
        foreach (((int column, int row), MeshCorner from) in corners)
        {
            foreach ((int Column, int Row) next in (ReadOnlySpan<(int, int)>)[(column + 1, row), (column, row + 1)])
            {
                bool joins = next.Row == row || (column + row) % 2 != 0;
                if (joins && random.NextUnit() < 0.85 && corners.TryGetValue(next, out MeshCorner? to))
                {
                    parts.Add(new LivingTubule(from, to, ref random));
                }
            }
        }

        return parts;
    }
}
