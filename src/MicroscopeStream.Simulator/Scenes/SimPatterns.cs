using MicroscopeStream.Simulator.Sampling;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Simulator.Scenes;

/// <summary>Makes the illumination pattern of a scene: carriers evenly over the directions, phases at random with nominal steps and errors.</summary>
internal static class SimPatterns
{
    public static IlluminationPattern Make(SimScene scene, FrameOrder order, OpticalTransfer transfer)
    {
        var random = new RandomStream(scene.Seed, RandomPurpose.Pattern);
        var components = new List<PatternComponent>();
        var first = new List<double>();
        double highest = scene.CarrierShare * transfer.CutoffPerUm;
        for (int angle = 0; angle < order.Angles; angle++)
        {
            double phase = 2 * Math.PI * random.NextUnit();
            for (int c = 0; c < order.ComponentsPerAngle; c++)
            {
                bool hexagonal = order.Pattern == PatternKind.Hexagonal;
                double direction = (scene.FirstAngleDegrees * Math.PI / 180) + (hexagonal ? -2 * Math.PI * c / 3 : Math.PI * angle / order.Angles);
                double k = order.Pattern == PatternKind.ThreeBeam ? highest * (c + 1) / 2 : highest;
                double depth = hexagonal ? scene.Modulation * 2 / 3 : c == 0 ? scene.Modulation : scene.SecondModulation;
                components.Add(new PatternComponent(angle, hexagonal ? 1 : c + 1, k * Math.Cos(direction), k * Math.Sin(direction), depth));
                first.Add(IlluminationPattern.Wrap(hexagonal ? 2 * Math.PI * random.NextUnit() : phase * (c + 1)));
            }
        }

        IlluminationPattern nominal = IlluminationPattern.Nominal(order, components, first.ToArray());
        return scene.PhaseErrorRad == 0 ? nominal : Disturb(nominal, scene);
    }

    // What moves the pattern moves all its orders: an error of order 1 is twice as large in order 2.
    private static IlluminationPattern Disturb(IlluminationPattern nominal, SimScene scene)
    {
        var phases = new double[nominal.Frames * nominal.Components.Count];
        for (int n = 0; n < nominal.Frames; n++)
        {
            var random = new RandomStream(scene.Seed, RandomPurpose.Pattern, n + 1);
            double shared = scene.PhaseErrorRad * random.NextNormal();
            for (int c = 0; c < nominal.Components.Count; c++)
            {
                double error = nominal.Order.Pattern == PatternKind.Hexagonal
                    ? scene.PhaseErrorRad * random.NextNormal()
                    : shared * nominal.Components[c].Order;
                phases[(n * nominal.Components.Count) + c] = IlluminationPattern.Wrap(nominal.Phase(n, c) + error);
            }
        }

        return new IlluminationPattern(nominal.Order, nominal.Components, phases);
    }
}
