using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Scoring;

/// <summary>Seeded tables to score, in a field of 6400 nm.</summary>
internal static class ScoringTables
{
    public static LocalizationTable Random(int seed, int frames, int perFrame)
    {
        var random = new Random(seed);
        var table = new LocalizationTable();
        for (int i = 0; i < frames * perFrame; i++)
        {
            table.Append(new Localization
            {
                Frame = i / perFrame,
                X = random.NextDouble() * 6400,
                Y = random.NextDouble() * 6400,
                Photons = 100 + (2000 * random.NextSingle()),
            });
        }

        return table;
    }

    /// <summary>What a method might find: some emitters lost, the others moved, some invented.</summary>
    public static LocalizationTable Perturb(LocalizationTable truth, int seed, float sigmaX, float sigmaY, double lost, double added)
    {
        var random = new Random(seed);
        var table = new LocalizationTable();
        foreach (Localization emitter in truth)
        {
            if (random.NextDouble() >= lost)
            {
                double r = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
                table.Append(emitter with
                {
                    X = emitter.X + (sigmaX * r * Math.Cos(angle)),
                    Y = emitter.Y + (sigmaY * r * Math.Sin(angle)),
                    SigmaX = sigmaX,
                    SigmaY = sigmaY,
                });
            }

            if (random.NextDouble() < added)
            {
                table.Append(emitter with { X = random.NextDouble() * 6400, Y = random.NextDouble() * 6400 });
            }
        }

        return table;
    }
}
