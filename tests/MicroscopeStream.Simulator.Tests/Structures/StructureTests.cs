using MicroscopeStream.Core.Results;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Simulator.Tests.Structures;

public sealed class StructureTests
{
    private static readonly SmlmScene Scene = new() { Width = 64, Height = 64, DensityPerUm2 = 5, OffTimeFrames = 50, Seed = 5 };

    [Test]
    public void Uniform_molecules_fill_the_field_evenly()
    {
        List<(double X, double Y)> positions = Positions(Scene with { Structure = SmlmStructure.Uniform });
        var counts = new long[64];
        foreach ((double x, double y) in positions)
        {
            counts[((int)(y / 800) * 8) + (int)(x / 800)]++;
        }

        double expected = positions.Count / 64.0;
        Assert.That(Statistics.ChiSquarePerCell(counts, [.. counts.Select(_ => expected)]), Is.EqualTo(1).Within(0.55));
    }

    [Test]
    public void Molecules_of_a_grid_sit_on_its_lines_in_both_directions()
    {
        List<(double X, double Y)> positions = Positions(Scene with { Structure = SmlmStructure.Grid, GridPeriodNm = 800 });
        double[] offX = [.. positions.Select(p => Math.Abs((p.X % 800) - 400))], offY = [.. positions.Select(p => Math.Abs((p.Y % 800) - 400))];
        Assert.That(offX.Zip(offY, Math.Min), Is.All.LessThan(1e-6));
        Assert.That(offX.Count(d => d < 1e-6) / (double)positions.Count, Is.EqualTo(0.5).Within(0.05));
    }

    [Test]
    public void Molecules_of_a_star_sit_in_its_wedges_at_even_density()
    {
        List<(double X, double Y)> positions = Positions(Scene with { Structure = SmlmStructure.SiemensStar, StarWedges = 9 });
        double[] radii = [.. positions.Select(p => Math.Sqrt(((p.X - 3200) * (p.X - 3200)) + ((p.Y - 3200) * (p.Y - 3200))))];
        double[] phases = [.. positions.Select(p => (Math.Atan2(p.Y - 3200, p.X - 3200) / (2 * Math.PI) * 9 % 1) + 1).Select(phase => phase % 1)];
        Assert.That(radii.Max(), Is.EqualTo(0.48 * 6400).Within(40).And.LessThanOrEqualTo(0.48 * 6400));
        Assert.That(phases, Is.All.LessThan(0.5 + 1e-9));
        Assert.That(radii.Count(r => r < 0.24 * 6400) / (double)radii.Length, Is.EqualTo(0.25).Within(0.03));
    }

    [Test]
    public void Molecules_of_filaments_lie_along_curves()
    {
        List<(double X, double Y)> positions = Positions(Scene with { FilamentRadiusNm = 0 });
        List<(double X, double Y)> uniform = Positions(Scene with { Structure = SmlmStructure.Uniform });

        // Within 100 nm of a molecule a line holds many others, an even field next to none: it has 16 times the area to fill.
        Assert.That(Neighbours(positions, 100), Is.GreaterThan(4 * Neighbours(uniform, 100)));

        // Along a curve the number within r grows with r, in an even field with r².
        double growth = Neighbours(positions, 100) / Neighbours(positions, 50);
        Assert.That(growth, Is.EqualTo(2).Within(0.35));
        Assert.That(Neighbours(uniform, 400) / Neighbours(uniform, 200), Is.EqualTo(4).Within(0.4));
    }

    [Test]
    public void A_filaments_molecules_sit_on_its_surface()
    {
        List<(double X, double Y)> thin = Positions(Scene with { FilamentRadiusNm = 0 });
        List<(double X, double Y)> thick = Positions(Scene with { FilamentRadiusNm = 200 });
        Assert.That(Neighbours(thick, 50), Is.LessThan(0.5 * Neighbours(thin, 50)));
    }

    [Test]
    public void Another_seed_is_another_sample()
    {
        List<(double X, double Y)> one = Positions(Scene), other = Positions(Scene with { Seed = 6 });
        Assert.That(one.Intersect(other), Is.Empty);
    }

    private static double Neighbours(List<(double X, double Y)> positions, double radius)
    {
        int pairs = 0;
        for (int i = 0; i < positions.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double dx = positions[i].X - positions[j].X, dy = positions[i].Y - positions[j].Y;
                pairs += (dx * dx) + (dy * dy) < radius * radius ? 1 : 0;
            }
        }

        return 2.0 * pairs / positions.Count;
    }

    private static List<(double X, double Y)> Positions(SmlmScene scene)
    {
        var microscope = new SmlmMicroscope(scene);
        var truth = new List<Localization>();
        for (int frame = 0; frame < 150; frame++)
        {
            microscope.GroundTruth(frame, truth);
        }

        Assert.That(truth.Select(e => (e.X, e.Y)), Is.All.Matches<(double X, double Y)>(p => p is { X: >= 0 and < 6400, Y: >= 0 and < 6400 }));
        return [.. truth.Select(e => (e.X, e.Y)).Distinct().Take(4000)];
    }
}
