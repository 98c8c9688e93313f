using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

public sealed class PsfCalibrationFileTests
{
    private const string Curve = "{\"sigma0_nm\": 130, \"focus_nm\": 200, \"depth_nm\": 400, \"a\": 0, \"b\": 0}";
    private const string Curves = "\"curves\": {\"z_range_nm\": [-400, 400], \"x\": " + Curve + ", \"y\": " + Curve + "}";
    private string _path = string.Empty;

    [SetUp]
    public void Choose() => _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");

    [TearDown]
    public void Delete() => File.Delete(_path);

    [Test]
    public void A_file_holds_what_was_calibrated()
    {
        PsfCalibration calibration = BeadCalibrations.Good.Calibration;
        PsfCalibrationFile.Write(_path, calibration);
        PsfCalibration read = PsfCalibrationFile.Read(_path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Curves.X, read.Curves.Y), Is.EqualTo((calibration.Curves.X, calibration.Curves.Y)));
            Assert.That((read.Curves.MinimumZNm, read.Curves.MaximumZNm, read.Curves.Beads), Is.EqualTo((calibration.Curves.MinimumZNm, calibration.Curves.MaximumZNm, 12)));
            Assert.That(read.Curves.RelativeResidual, Is.EqualTo(calibration.Curves.RelativeResidual));
            Assert.That((read.PixelSizeNm, read.ZStepNm, read.PsfBeads), Is.EqualTo((100.0, 25.0, 12)));
            Assert.That(read.Psf!.Coefficients.ToArray(), Is.EqualTo(calibration.Psf!.Coefficients.ToArray()).Within(1e-8f));
            Assert.That((read.MinimumZNm, read.MaximumZNm), Is.EqualTo((calibration.MinimumZNm, calibration.MaximumZNm)));
            Assert.That(read.Psf.At(0.3, -1.2, 77), Is.EqualTo(calibration.Psf.At(0.3, -1.2, 77)).Within(1e-8));
        }
    }

    [Test]
    public void Curves_alone_are_a_calibration()
    {
        PsfCalibration read = PsfCalibrationFile.Parse("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": 110, " + Curves + "}", "text");
        Assert.That(read.Psf, Is.Null);
        Assert.That((read.MinimumZNm, read.Fits(110.5), read.Fits(100)), Is.EqualTo((-400.0, true, false)));
        Assert.That(read.ZStepNm, Is.NaN);
        PsfCalibration again = PsfCalibrationFile.Parse(PsfCalibrationFile.Format(read), "text");
        Assert.That(again.Curves.X, Is.EqualTo(read.Curves.X));
    }

    [TestCase("", "name", TestName = "Empty")]
    [TestCase("{", "name", TestName = "Cut short")]
    [TestCase("[1]", "kind", TestName = "No object")]
    [TestCase("{\"kind\": \"camera\"}", "another kind", TestName = "Another kind")]
    [TestCase("{\"kind\": \"psf\", \"version\": 2}", "version 2", TestName = "From the future")]
    [TestCase("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": -3}", "pixel_size_nm", TestName = "Negative pixels")]
    [TestCase("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": \"a\"}", "name", TestName = "Text for a number")]
    [TestCase("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": 100, \"curves\": {\"z_range_nm\": [1]}}", "z_range_nm", TestName = "Half a range")]
    [TestCase("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": 100, \"curves\": {\"z_range_nm\": [-1, 1], \"x\": {\"sigma0_nm\": 1}}}", "curves.x.focus_nm", TestName = "Half a curve")]
    [TestCase("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": 100, " + Curves + ", \"psf\": {\"kind\": \"zernike\"}}", "cubic_b_spline", TestName = "An unknown PSF")]
    [TestCase("{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": 100, " + Curves + ", \"psf\": {\"kind\": \"cubic_b_spline\", \"size\": 9, \"planes\": 5, \"coefficients\": \"AAAA\"}}", "3 bytes", TestName = "Too few coefficients")]
    public void What_is_no_calibration_is_told_in_words(string json, string words) =>
        Assert.That(() => PsfCalibrationFile.Parse(json, "name"), Throws.TypeOf<FormatException>().With.Message.StartsWith("name: ").And.Message.Contains(words));

    [Test]
    public void Mutated_files_are_read_or_refused_but_nothing_else_happens()
    {
        byte[] good = System.Text.Encoding.UTF8.GetBytes(PsfCalibrationFile.Format(BeadCalibrations.Good.Calibration));
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = [.. good.AsSpan(0, random.Next(4) == 0 ? random.Next(good.Length) : good.Length)];
            for (int k = random.Next(1, 4); k > 0 && bytes.Length > 0; k--)
            {
                // The first kilobyte holds all fields but the coefficients.
                bytes[random.Next(Math.Min(bytes.Length, 1200))] = (byte)random.Next(256);
            }

            try
            {
                PsfCalibrationFile.Parse(System.Text.Encoding.UTF8.GetString(bytes), "mutant");
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(100));
    }
}
