using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.StructuredIllumination.Tests.Optics;

public sealed class OpticalTransferTests
{
    [Test]
    public void It_ends_at_twice_the_aperture_over_the_wavelength()
    {
        var transfer = new OpticalTransfer(1.4, 560);
        Assert.That(transfer.CutoffPerUm, Is.EqualTo(5).Within(1e-12));
        Assert.That(transfer.At(0), Is.EqualTo(1).Within(1e-12));
        Assert.That(transfer.At(5), Is.Zero);
        Assert.That(transfer.At(3, 4), Is.Zero);

        // Half of the cutoff: (2/π)(π/3 − √3/4), the overlap of two circles whose centres are one radius apart.
        Assert.That(transfer.At(1.5, 2), Is.EqualTo(2 / Math.PI * ((Math.PI / 3) - (Math.Sqrt(3) / 4))).Within(1e-12));
    }

    [Test]
    public void It_is_the_overlap_of_two_pupils()
    {
        // The share of a unit disc that a second one at distance 2s covers, counted on a fine grid.
        foreach (double s in new[] { 0.1, 0.35, 0.7, 0.95 })
        {
            int inside = 0, both = 0;
            for (int i = -400; i <= 400; i++)
            {
                for (int j = -400; j <= 400; j++)
                {
                    double x = i / 400.0, y = j / 400.0;
                    if ((x * x) + (y * y) <= 1)
                    {
                        inside++;
                        both += ((x - (2 * s)) * (x - (2 * s))) + (y * y) <= 1 ? 1 : 0;
                    }
                }
            }

            Assert.That(OpticalTransfer.Ideal(s), Is.EqualTo((double)both / inside).Within(3e-3));
        }
    }

    [Test]
    public void Damping_is_reached_at_the_cutoff()
    {
        var ideal = new OpticalTransfer(1.2, 600);
        var damped = new OpticalTransfer(1.2, 600, 0.3);
        Assert.That(damped.At(2) / ideal.At(2), Is.EqualTo(Math.Pow(0.3, 0.5)).Within(1e-12));
    }

    [Test]
    public void A_measured_profile_is_read_from_a_file()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, ["# frequency, value", "0, 2", "0.5, 1.5", "1.0, 1.0", "1.5, 0"]);
            OpticalTransfer transfer = OpticalTransfer.Load(path);
            Assert.That(transfer.CutoffPerUm, Is.EqualTo(1.5));
            Assert.That(transfer.At(0.25), Is.EqualTo(0.875).Within(1e-12));
            File.WriteAllLines(path, ["0, 2", "0.5, 1.5", "1.7, 1.0"]);
            Assert.That(() => OpticalTransfer.Load(path), Throws.TypeOf<FormatException>().With.Message.Contains("evenly spaced"));
            File.WriteAllLines(path, ["0, 2", "0.5 1.5"]);
            Assert.That(() => OpticalTransfer.Load(path), Throws.TypeOf<FormatException>().With.Message.Contains("line 2"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("0,1\n0.5,0.5\n1,0.2\n1.5,x", "line 4: expected a frequency")]
    [TestCase("# from beads\n0,1\n0.5,0.5\n1.2,0.2", "line 4: frequencies must begin at 0")]
    [TestCase("0.1,1\n0.5,0.5\n1,0.2", "line 1: frequencies must begin at 0")]
    [TestCase("0,1\n0,0.5\n0,0.2", "line 1: frequencies must begin at 0, rise")]
    [TestCase("0,1\n\n0.5,-0.5\n1,0", "line 3: a value of -0.5")]
    [TestCase("0,1\n0.5,1.2\n1,0", "line 2: a value of 1.2")]
    [TestCase("0,0\n0.5,0\n1,0", "line 1: a value of 0")]
    [TestCase("0,1\n0.5,NaN\n1,0", "line 2: expected a frequency")]
    [TestCase("0,1\n0.5,0.4", "line 2: 2 value(s)")]
    [TestCase("", "0 value(s)")]
    public void What_is_no_profile_is_refused_by_its_line(string text, string message) =>
        Assert.That(() => OpticalTransfer.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains(message));

    [Test]
    public void A_measured_profile_can_be_damped_further()
    {
        OpticalTransfer measured = OpticalTransfer.Parse("0,2\n0.5,1.5\n1.0,1.0\n1.5,0"), damped = measured.WithDamping(0.3);
        Assert.That(damped.At(0.75) / measured.At(0.75), Is.EqualTo(Math.Pow(0.3, 0.5)).Within(1e-12));
        Assert.That(damped.CutoffPerUm, Is.EqualTo(1.5));
        Assert.That(() => measured.WithDamping(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(0, 500, 1)]
    [TestCase(1.4, 50, 1)]
    [TestCase(1.4, 500, 0)]
    [TestCase(double.NaN, 500, 1)]
    public void Impossible_lenses_are_refused(double na, double wavelength, double damping) =>
        Assert.That(() => new OpticalTransfer(na, wavelength, damping), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
