using MicroscopeStream.Imaging.Colour;

namespace MicroscopeStream.Imaging.Tests.Colour;

[TestFixture]
public class ColourMapTests
{
    public static IEnumerable<ColourMap> Maps => ColourMap.All;

    [TestCaseSource(nameof(Maps))]
    public void Lightness_rises_all_the_way_so_that_gray_prints_and_colour_blind_eyes_read_it(ColourMap map)
    {
        foreach ((string eye, double[] matrix) in Eyes)
        {
            double before = -1;
            for (int level = 0; level < 256; level += 5)
            {
                double lightness = Lightness(map[(byte)level], matrix);
                Assert.That(lightness, Is.GreaterThan(before), $"{map.Name}, {eye} eye, level {level}");
                before = lightness;
            }

            Assert.That(before - Lightness(map[0], matrix), Is.GreaterThan(60), $"{map.Name}, {eye} eye: range of lightness");
        }
    }

    [Test]
    public void Ends_and_middles_are_the_stated_colours()
    {
        Assert.That((ColourMap.Gray[0], ColourMap.Gray[128], ColourMap.Gray[255]), Is.EqualTo((default(Rgb), new Rgb(128, 128, 128), Rgb.White)));
        Assert.That((ColourMap.Fire[0], ColourMap.Fire[255]), Is.EqualTo((default(Rgb), Rgb.White)));
        Assert.That((ColourMap.Viridis[0], ColourMap.Viridis[255]), Is.EqualTo((Rgb.FromHex(0x440154), Rgb.FromHex(0xFDE725))));
        Assert.That(ColourMap.Find("INFERNO"), Is.SameAs(ColourMap.Inferno));
        Assert.That(ColourMap.Find("jet"), Is.Null);
    }

    [Test]
    public void Image_is_coloured_by_range_and_gamma()
    {
        float[] pixels = [-5, 0, 25, 100, 1e9f, float.NaN];
        RgbImage linear = ColourMap.Gray.Apply(pixels, 3, 2, new DisplayRange(0, 100)), lifted = ColourMap.Gray.Apply(pixels, 3, 2, new DisplayRange(0, 100), gamma: 0.5);

        Assert.That(Enumerable.Range(0, 6).Select(i => linear.Pixels[3 * i]), Is.EqualTo(new byte[] { 0, 0, 64, 255, 255, 0 }));
        Assert.That(lifted.Pixels[6], Is.EqualTo(128));
        Assert.That(() => ColourMap.Gray.Apply(pixels, 3, 3, default), Throws.ArgumentException);
    }

    // Viénot, Brettel and Mollon 1999 (10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3), on linear RGB.
    private static IEnumerable<(string Eye, double[] Matrix)> Eyes =>
    [
        ("normal", [1, 0, 0, 0, 1, 0, 0, 0, 1]),
        ("protan", [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1]),
        ("deutan", [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1]),
    ];

    /// <summary>CIE L* of what an eye sees of a colour.</summary>
    private static double Lightness(Rgb colour, double[] m)
    {
        double r = Linear(colour.Red), g = Linear(colour.Green), b = Linear(colour.Blue);
        double luminance = (0.2126 * ((m[0] * r) + (m[1] * g) + (m[2] * b))) + (0.7152 * ((m[3] * r) + (m[4] * g) + (m[5] * b)))
            + (0.0722 * ((m[6] * r) + (m[7] * g) + (m[8] * b)));
        return luminance > 0.008856 ? (116 * Math.Cbrt(luminance)) - 16 : 903.3 * luminance;
    }

    private static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
}
