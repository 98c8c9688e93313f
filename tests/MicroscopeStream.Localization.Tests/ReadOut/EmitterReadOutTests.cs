using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.ReadOut;

namespace MicroscopeStream.Localizations.Tests.ReadOut;

public sealed class EmitterReadOutTests
{
    private static readonly EmitterReadOut Standard = new(EmitterMapChannels.Standard2D, new ReadOutThresholds());

    [Test]
    public void The_emitters_are_those_of_the_rule_written_out_plainly(
        [Values(1, 2, 3)] int seed, [Values(5, 8, 23, 64)] int width, [Values(1, 2, 17)] int height, [Values(0, 3)] int padding)
    {
        Maps maps = Maps.Random(seed, width, height, padding, padding);
        List<(int X, int Y, float Probability)> expected = PlainRule(maps);
        List<Localization> emitters = Read(maps);

        Assert.That(emitters, Has.Count.EqualTo(expected.Count));
        Assert.That(emitters.Select(e => e.Probability), Is.EqualTo(expected.Select(e => e.Probability)).Within(1e-6f));
        Assert.That(emitters.Select(e => e.X / 100), Is.EqualTo(expected.Select(e => e.X + 0.5 + maps[2, e.Y, e.X])).Within(1e-9));
        Assert.That(emitters.Select(e => e.Y / 100), Is.EqualTo(expected.Select(e => e.Y + 0.5 + maps[3, e.Y, e.X])).Within(1e-9));
    }

    [Test]
    public void Random_maps_do_hold_emitters() => Assert.That(Read(Maps.Random(1, 64, 17)), Has.Count.GreaterThan(50));

    [Test]
    public void An_emitter_in_the_middle_of_a_pixel_lies_half_a_pixel_from_its_corner()
    {
        var maps = new Maps(16, 9);
        maps[0, 4, 11] = 0.9f;
        maps[1, 4, 11] = 1500;
        maps[4, 4, 11] = 40;
        maps[5, 4, 11] = 0.1f;
        maps[6, 4, 11] = 0.2f;
        maps[7, 4, 11] = 20;

        Localization emitter = Read(maps, frame: 77, pixelSizeNm: 108).Single();

        Assert.That(emitter, Is.EqualTo(new Localization
        {
            Frame = 77,
            X = 11.5 * 108,
            Y = 4.5 * 108,
            Photons = 1500,
            SigmaPhotons = 40,
            SigmaX = 0.1f * 108,
            SigmaY = 0.2f * 108,
            Background = 20,
            Probability = 0.9f,
        }));
    }

    [Test]
    public void Scales_bring_channels_to_their_units_and_z_is_read_where_it_is_given()
    {
        var maps = new Maps(8, 8);
        maps[0, 2, 3] = 80;
        maps[1, 2, 3] = 1.5f;
        maps[2, 2, 3] = -0.25f;
        maps[4, 2, 3] = 0.5f;
        maps[5, 2, 3] = 0.1f;
        var channels = new EmitterMapChannels
        {
            Probability = new(0, 0.01f),
            Photons = new(1, 1000),
            X = new(2),
            Y = new(3),
            Z = new(4, 700),
            SigmaZ = new(5, 700),
        };
        var emitters = new List<Localization>();
        new EmitterReadOut(channels, new ReadOutThresholds()).Read(0, maps.View, 100, emitters);

        Localization emitter = emitters.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(emitter.Probability, Is.EqualTo(0.8f).Within(1e-6f));
            Assert.That(emitter.Photons, Is.EqualTo(1500));
            Assert.That(emitter.X, Is.EqualTo(325).Within(1e-9));
            Assert.That(emitter.Z, Is.EqualTo(350));
            Assert.That(emitter.SigmaZ, Is.EqualTo(70).Within(1e-4));
            Assert.That(emitter.SigmaX, Is.NaN);
            Assert.That(emitter.Background, Is.NaN);
        }
    }

    [Test]
    public void Probability_spread_over_a_cross_is_summed_and_cut_at_one()
    {
        Maps maps = Maps.OfProbabilities(new float[,] { { 0, 0.2f, 0, 0, 0, 0 }, { 0.2f, 0.45f, 0.3f, 0, 0, 0 }, { 0, 0.05f, 0, 0, 0, 0 } });
        Localization emitter = Read(maps).Single();
        Assert.That(emitter.Probability, Is.EqualTo(1));
        Assert.That((emitter.X, emitter.Y), Is.EqualTo((150.0, 150.0)));
    }

    [Test]
    public void Two_close_emitters_above_the_split_threshold_stay_two()
    {
        Maps maps = Maps.OfProbabilities(new float[,] { { 0, 0.8f, 0.7f, 0 } });
        Assert.That(Read(maps).Select(e => e.X), Is.EqualTo([150.0, 250.0]));
    }

    [TestCase("0.3 0.3", "")]
    [TestCase("0.3", "0.3")]
    [TestCase("0.3 0.3", "0.3 0.3")]
    [TestCase("0.55 0", "0 0.55")]
    [TestCase("0 0.55", "0.55 0")]
    [TestCase("0.2 0.2 0.2", "0.2 0.2 0.2")]
    public void Equal_neighbours_are_one_emitter_the_first_in_reading_order(string first, string second)
    {
        float[][] rows = [[0], Parse(first), Parse(second)];
        var maps = new Maps(8, 5);
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                maps[0, y, x + 2] = rows[y][x];
            }
        }

        Localization emitter = Read(maps).Single();
        int column = Array.FindIndex(rows[1], p => p > 0);
        Assert.That((emitter.X, emitter.Y), Is.EqualTo((100 * (column + 2.5), 150.0)));

        static float[] Parse(string row) =>
            [.. row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => float.Parse(p, System.Globalization.CultureInfo.InvariantCulture))];
    }

    [Test]
    public void The_candidate_threshold_is_exclusive_and_neighbours_below_it_still_add_to_the_sum()
    {
        var thresholds = new ReadOutThresholds { CandidateProbability = 0.25f, AcceptProbability = 0.3f };
        Maps at = Maps.OfProbabilities(new float[,] { { 0.25f, 0.2f } });
        Maps above = Maps.OfProbabilities(new float[,] { { 0.26f, 0.2f } });
        var readOut = new EmitterReadOut(EmitterMapChannels.Standard2D, thresholds);
        var emitters = new List<Localization>();
        Assert.That(readOut.Read(0, at.View, 100, emitters), Is.Zero);
        Assert.That(readOut.Read(0, above.View, 100, emitters), Is.EqualTo(1));
        Assert.That(emitters[0].Probability, Is.EqualTo(0.46f).Within(1e-6f));
    }

    [Test]
    public void What_is_not_a_number_is_no_emitter()
    {
        var maps = new Maps(16, 3);
        maps[0, 1, 4] = float.NaN;
        maps[0, 1, 5] = 0.9f;
        maps[0, 1, 12] = 0.9f;
        Assert.That(Read(maps).Select(e => e.X), Is.EqualTo([1250.0]));
    }

    [Test]
    public void Reading_into_a_warm_list_allocates_nothing()
    {
        Maps maps = Maps.Random(5, 128, 128);
        var emitters = new List<Localization>();
        Standard.Read(0, maps.View, 100, emitters);
        emitters.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            emitters.Clear();
            Standard.Read(i, maps.View, 100, emitters);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(emitters, Is.Not.Empty);
    }

    [Test]
    public void Emitters_are_appended()
    {
        var maps = new Maps(4, 4);
        maps[0, 1, 1] = 0.9f;
        var emitters = new List<Localization> { new() { Frame = 0, X = 0, Y = 0 } };
        int count = Standard.Read(1, maps.View, 100, emitters);
        Assert.That((count, emitters.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Maps_with_too_few_planes_are_refused()
    {
        var values = new float[7 * 16];
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Standard.Read(0, new EmitterMaps(values, 4, 4), 100, []))!;
        Assert.That(error.Message, Does.Contain("7 planes").And.Contains("8"));
    }

    [TestCase(-0.1f, 0.5f, 0.6f, "candidate_probability")]
    [TestCase(0.1f, float.NaN, 0.6f, "accept_probability")]
    [TestCase(0.3f, 0.5f, 0.2f, "split_probability")]
    public void Impossible_thresholds_are_named(float candidate, float accept, float split, string name)
    {
        var thresholds = new ReadOutThresholds { CandidateProbability = candidate, AcceptProbability = accept, SplitProbability = split };
        Assert.That(
            () => new EmitterReadOut(EmitterMapChannels.Standard2D, thresholds),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(name));
    }

    [Test]
    public void Strides_shorter_than_what_they_stride_over_are_refused()
    {
        Assert.That(() => new EmitterMaps(new float[64], 8, 8, 7, 64).Width, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new EmitterMaps(new float[64], 8, 8, 8, 63).Width, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(new EmitterMaps(new float[200], 8, 8, 10, 80).PlaneCount, Is.EqualTo(2));
    }

    private static List<Localization> Read(Maps maps, long frame = 0, double pixelSizeNm = 100)
    {
        var emitters = new List<Localization>();
        int count = Standard.Read(frame, maps.View, pixelSizeNm, emitters);
        Assert.That(emitters, Has.Count.EqualTo(count));
        return emitters;
    }

    private static List<(int X, int Y, float Probability)> PlainRule(Maps maps)
    {
        float At(int y, int x) => x < 0 || y < 0 || x >= maps.Width || y >= maps.Height ? 0 : maps[0, y, x];
        float Clipped(int y, int x) => At(y, x) > 0.1f ? At(y, x) : 0;
        var emitters = new List<(int X, int Y, float Probability)>();
        for (int y = 0; y < maps.Height; y++)
        {
            for (int x = 0; x < maps.Width; x++)
            {
                float largest = 0;
                for (int i = -1; i <= 1; i++)
                {
                    for (int j = -1; j <= 1; j++)
                    {
                        largest = Math.Max(largest, Clipped(y + i, x + j));
                    }
                }

                bool maximum = Clipped(y, x) > 0 && Clipped(y, x) == largest;
                bool split = !maximum && At(y, x) > 0.6f;
                float value = At(y, x) + At(y - 1, x) + At(y + 1, x) + At(y, x - 1) + At(y, x + 1);
                if ((maximum || split) && value > 0.5f)
                {
                    emitters.Add((x, y, Math.Min(value, 1)));
                }
            }
        }

        return emitters;
    }
}
