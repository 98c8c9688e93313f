using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Methods;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>A method that finds molecules of a drifting sample, always the same ones, without looking at the frames.</summary>
internal sealed class DriftingSample
{
    public const double PrecisionNm = 8;
    private const int PerFrame = 12;
    private readonly (double X, double Y)[] _molecules;

    public DriftingSample(int seed = 5)
    {
        var random = new Random(seed);
        _molecules = [.. Enumerable.Range(0, 150).Select(_ => (300 + (random.NextDouble() * 2600), 300 + (random.NextDouble() * 1000)))];
        Method = new ProbeMethod { OnFrame = Emit };
    }

    public ProbeMethod Method { get; }

    /// <summary>Nanometres that the sample moves per frame along x; along y half of it, the other way.</summary>
    public double NmPerFrame { get; init; } = 0.12;

    /// <summary>Everything that was emitted, in the order of frames.</summary>
    public List<Localization> Emitted { get; } = [];

    public (double X, double Y) Drift(long frame) => (NmPerFrame * frame, -0.5 * NmPerFrame * frame);

    public Localization Corrected(Localization l) => l with { X = l.X - Drift(l.Frame).X, Y = l.Y - Drift(l.Frame).Y };

    private ValueTask Emit(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        var random = new Random((int)input.Sequence + 1000);
        for (int i = 0; i < PerFrame; i++)
        {
            (double x, double y) = _molecules[random.Next(_molecules.Length)];
            (double driftX, double driftY) = Drift(input.Sequence);
            update.Localizations.Add(new Localization
            {
                Frame = input.Sequence,
                X = x + driftX + (PrecisionNm * Normal(random)),
                Y = y + driftY + (PrecisionNm * Normal(random)),
                SigmaX = (float)PrecisionNm,
                SigmaY = (float)PrecisionNm,
                Photons = 1000,
                Background = 20,
            });
        }

        Emitted.AddRange(update.Localizations);
        return default;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
