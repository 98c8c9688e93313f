using MicroscopeStream.Localizations.Astigmatism;

namespace MicroscopeStream.Localizations.Tests.Astigmatism;

public sealed class AstigmatismFileTests
{
    private string _path = string.Empty;

    [SetUp]
    public void Choose() => _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");

    [TearDown]
    public void Delete() => File.Delete(_path);

    [Test]
    public void A_file_holds_what_was_calibrated()
    {
        var calibration = new AstigmatismCalibration(AstigmaticSpots.X, AstigmaticSpots.Y, -500, 550) { Beads = 7, RelativeResidual = 0.012 };
        AstigmatismFile.Write(_path, calibration);
        AstigmatismCalibration read = AstigmatismFile.Read(_path);
        Assert.That((read.X, read.Y, read.MinimumZNm, read.MaximumZNm), Is.EqualTo((calibration.X, calibration.Y, -500.0, 550.0)));
        Assert.That((read.Beads, read.RelativeResidual), Is.EqualTo((7, 0.012)));
        Assert.That(read.Depth(200, 180), Is.EqualTo(calibration.Depth(200, 180)));
    }

    [TestCase("", "file", TestName = "Empty")]
    [TestCase("{", "", TestName = "Cut short")]
    [TestCase("[1]", "astigmatism", TestName = "No object")]
    [TestCase("{\"kind\": \"camera\"}", "another kind", TestName = "Another kind")]
    [TestCase("{\"kind\": \"astigmatism\", \"z_range_nm\": [1]}", "z_range_nm", TestName = "Half a range")]
    [TestCase("{\"kind\": \"astigmatism\", \"z_range_nm\": [-1, 1], \"x\": {\"sigma0_nm\": 1}}", "x.focus_nm", TestName = "Half a curve")]
    [TestCase("{\"kind\": \"astigmatism\", \"z_range_nm\": [\"a\", 1], \"x\": 3}", "", TestName = "Text for a number")]
    public void What_is_no_calibration_is_told_in_words(string json, string words)
    {
        File.WriteAllText(_path, json);
        Assert.That(() => AstigmatismFile.Read(_path), Throws.TypeOf<FormatException>().With.Message.Contains(Path.GetFileName(_path)));
        Assert.That(() => AstigmatismFile.Read(_path), Throws.TypeOf<FormatException>().With.Message.Contains(words == "file" ? Path.GetFileName(_path) : words));
    }

    [Test]
    public void Depths_are_found_to_a_nanometre_from_exact_widths_and_clamped_beyond()
    {
        var calibration = new AstigmatismCalibration(AstigmaticSpots.X, AstigmaticSpots.Y, -600, 600);
        for (double z = -600; z <= 600; z += 37)
        {
            AxialEstimate depth = calibration.Depth(AstigmaticSpots.X.At(z), AstigmaticSpots.Y.At(z));
            Assert.That(depth.ZNm, Is.EqualTo(z).Within(0.01));
            Assert.That(depth.Distance, Is.LessThan(1e-3));
            Assert.That(depth.SigmaZNm, Is.NaN);
        }

        Assert.That(calibration.Depth(AstigmaticSpots.X.At(900), AstigmaticSpots.Y.At(900)).ZNm, Is.EqualTo(600).Within(60));
        Assert.That(calibration.Depth(double.NaN, 100).ZNm, Is.NaN);
        Assert.That(() => new AstigmatismCalibration(AstigmaticSpots.X, default, -1, 1), Throws.ArgumentException);
    }
}
