using MicroscopeStream.Simulator.Sampling;

namespace MicroscopeStream.Simulator.Structures;

/// <summary>
/// Molecules on the surface of bent tubes. A tube starts anywhere and grows both ways until it leaves the field; its
/// curvature drifts at random about zero (an Ornstein–Uhlenbeck process along its length), so that it bends smoothly.
/// </summary>
internal sealed class FilamentStructure : IEmitterStructure
{
    private const double StepNm = 20;

    // Radii of curvature of a few micrometres that change over a few micrometres, as microtubules in a cell show.
    private const double CurvaturePerNm = 0.25e-3;
    private const double MemoryNm = 2000;

    private readonly List<Segment> _segments = [];
    private readonly Field _field;
    private readonly double _radiusNm;

    public FilamentStructure(Field field, ulong seed, double umPerUm2, double radiusNm)
    {
        _field = field;
        _radiusNm = radiusNm;
        double areaNm2 = (field.WidthNm + (2 * field.MarginNm)) * (field.HeightNm + (2 * field.MarginNm));
        double wantedSegments = umPerUm2 * 1e-3 * areaNm2 / StepNm;
        var random = new RandomStream(seed, RandomPurpose.Structure);

        // At least one, or there would be nothing to draw from.
        do
        {
            GrowFilament(ref random);
        }
        while (_segments.Count < wantedSegments);
    }

    public (double X, double Y) Draw(ref RandomStream random)
    {
        Segment segment = _segments[(int)(random.NextUnit() * _segments.Count)];
        double along = random.NextUnit() * StepNm;

        // Seen from above, the surface of a tube is densest at its rims.
        double across = _radiusNm * Math.Sin(2 * Math.PI * random.NextUnit());
        return (segment.X + (along * segment.Dx) - (across * segment.Dy), segment.Y + (along * segment.Dy) + (across * segment.Dx));
    }

    private void GrowFilament(ref RandomStream random)
    {
        double x = random.NextUnit() * _field.WidthNm, y = random.NextUnit() * _field.HeightNm;
        double heading = 2 * Math.PI * random.NextUnit();
        double curvature = CurvaturePerNm * random.NextNormal();
        Grow(ref random, x, y, heading, curvature);
        Grow(ref random, x, y, heading + Math.PI, -curvature);
    }

    private void Grow(ref RandomStream random, double x, double y, double heading, double curvature)
    {
        double keep = Math.Exp(-StepNm / MemoryNm), kick = CurvaturePerNm * Math.Sqrt(1 - (keep * keep));

        // A tube that curls up inside the field ends after a few crossings.
        int longest = (int)(3 * (_field.WidthNm + _field.HeightNm) / StepNm);
        for (int i = 0; i < longest && _field.ContainsWithMargin(x, y); i++)
        {
            double dx = Math.Cos(heading), dy = Math.Sin(heading);
            _segments.Add(new Segment(x, y, dx, dy));
            x += StepNm * dx;
            y += StepNm * dy;
            heading += curvature * StepNm;
            curvature = (keep * curvature) + (kick * random.NextNormal());
        }
    }

    private readonly record struct Segment(double X, double Y, double Dx, double Dy);
}
