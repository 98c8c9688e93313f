using MicroscopeStream.Core.Frames;
using MicroscopeStream.Video.Densities;

namespace MicroscopeStream.Video.Tests;

public class DensityTests
{
    private static readonly PixelGrid Grid = new(8, 6, 25);

    [Test]
    public async Task A_window_is_the_sum_of_its_slices_and_a_refined_one_is_centred()
    {
        using var window = new SlidingWindow(Grid, 5, 0, lookAhead: 2);
        for (int t = 0; t < 12; t++)
        {
            (float now, float refined) = await StepAsync(window, 1 << t);
            Assert.That(now, Is.EqualTo(Bits(t - 4, t)), $"slice {t}");
            Assert.That(refined, Is.EqualTo(t < 2 ? Bits(0, t) : Bits(t - 4, t)), "two ahead, itself, two before");
        }

        using var wide = new SlidingWindow(Grid, 5, 0, lookAhead: 4);
        for (int t = 0; t < 12; t++)
        {
            Assert.That((await StepAsync(wide, 1 << t)).Refined, Is.EqualTo(Bits(t - 6, t - 2)), "of slice t - 4, though two later ones are known");
        }

        static int Bits(int from, int to) => Enumerable.Range(0, 12).Where(i => i >= from && i <= to).Sum(i => 1 << i);
    }

    [Test]
    public async Task Decay_forgets_by_the_slice_in_both_directions()
    {
        using var decay = new ExponentialDecay(Grid, 4, 0, lookAhead: 3);
        double k = Math.Exp(-0.25);
        for (int t = 0; t < 15; t++)
        {
            (float now, float refined) = await StepAsync(decay, t == 5 ? 1 : 0);
            Assert.That(now, Is.EqualTo(t < 5 ? 0 : Math.Pow(k, t - 5)).Within(1e-5));
            Assert.That(refined, Is.EqualTo(t < 5 ? 0 : Math.Pow(k, Math.Abs(t - 3 - 5))).Within(1e-5), $"slice {t - 3} seen from {t}");
        }
    }

    [Test]
    public async Task Maximum_likelihood_takes_the_scatter_back_that_the_sum_adds()
    {
        // Two lines four pixels apart, each localization scattered by 0.8 px: the gap between them is deeper than in the blurred sum.
        var grid = new PixelGrid(40, 40, 25);
        using var likelihood = new RollingMaximumLikelihood(grid, 20);
        using var sum = new ExponentialDecay(grid, 20);
        var random = new Random(2);
        float[] a = new float[1600], b = new float[1600];
        for (int t = 0; t < 60; t++)
        {
            var map = new Maps.LocalizationMap(grid);
            for (int i = 0; i < 60; i++)
            {
                double scatter = 0.8 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                map.Add(25 * ((i % 2 == 0 ? 18.5 : 22.5) + scatter), 25 * (2 + (36 * random.NextDouble())), 5);
            }

            await likelihood.StepAsync(map.Weights, a, default, CancellationToken.None);
            await sum.StepAsync(map.Weights, b, default, CancellationToken.None);
        }

        double Dip(float[] image) => Column(image, 20) / ((Column(image, 18) + Column(image, 22)) / 2);
        double Column(float[] image, int x) => Enumerable.Range(8, 24).Sum(y => image[(y * 40) + x]);
        Assert.That(Dip(a), Is.LessThan(0.8 * Dip(b)), $"{Dip(a)} against {Dip(b)}");
        Assert.That(a.Sum(), Is.EqualTo(b.Sum()).Within(0.02 * b.Sum()), "likelihood moves counts and makes none");
    }

    [Test]
    public async Task Reset_forgets([Values("sliding", "decay", "rolling-ml")] string method)
    {
        using IVideoDensity density = Make(method, 2);
        var fresh = new List<(float, float)>();
        for (int t = 0; t < 6; t++)
        {
            fresh.Add(await StepAsync(density, t % 3));
        }

        await density.ResetAsync(CancellationToken.None);
        for (int t = 0; t < 6; t++)
        {
            Assert.That(await StepAsync(density, t % 3), Is.EqualTo(fresh[t]));
        }

        Assert.That(density.HeldBytes, Is.GreaterThan(48 * 4));
    }

    internal static IVideoDensity Make(string method, int lookAhead) => method switch
    {
        "sliding" => new SlidingWindow(Grid, 3, 1, lookAhead),
        "decay" => new ExponentialDecay(Grid, 3, 1, lookAhead),
        _ => new RollingMaximumLikelihood(Grid, 3, lookAhead),
    };

    // One value, over the whole plane: blurs leave it as it is.
    private static async Task<(float Now, float Refined)> StepAsync(IVideoDensity density, float value)
    {
        float[] map = [.. Enumerable.Repeat(value, 48)], now = new float[48], refined = new float[48];
        await density.StepAsync(map, now, refined, CancellationToken.None);
        Assert.That(now, Is.All.EqualTo(now[0]).Within(1e-3 * Math.Abs(now[0])));
        return (now[20], refined[20]);
    }
}
