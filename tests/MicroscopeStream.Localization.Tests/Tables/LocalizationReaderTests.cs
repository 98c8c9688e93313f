using System.Text;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

public sealed class LocalizationReaderTests
{
    private const string Bare = "frame,x [nm],y [nm]\n";

    [Test]
    public void ThunderSTORM_2D_is_understood([Values("uncertainty", "uncertainty_xy")] string uncertainty)
    {
        LocalizationFile file = Tables.Read(
            $"\"id\",\"frame\",\"x [nm]\",\"y [nm]\",\"sigma [nm]\",\"intensity [photon]\",\"offset [photon]\",\"bkgstd [photon]\",\"chi2\",\"{uncertainty} [nm]\"\r\n"
            + "1,3,67.843,2484.15594,111.25,2458.5,50,4.5,77,9.5\r\n");
        Assert.That(file.Format, Is.EqualTo(LocalizationFormat.ThunderStorm2D));
        Assert.That(file.Table.Single(), Is.EqualTo(new Localization
        {
            Frame = 2,
            X = 67.843,
            Y = 2484.15594,
            PsfSigmaX = 111.25f,
            PsfSigmaY = 111.25f,
            Photons = 2458.5f,
            Background = 50,
            BackgroundStd = 4.5f,
            SigmaX = 9.5f,
            SigmaY = 9.5f,
        }));
        Assert.That(file.Table[0].LateralUncertainty, Is.EqualTo(9.5));
    }

    [Test]
    public void ThunderSTORM_3D_is_understood()
    {
        LocalizationFile file = Tables.Read(
            "\"frame\",\"x [nm]\",\"y [nm]\",\"z [nm]\",\"sigma1 [nm]\",\"sigma2 [nm]\",\"uncertainty_xy [nm]\",\"uncertainty_z [nm]\"\n1.0,1,2,-300,120,180,5,20\n");
        Assert.That(file.Format, Is.EqualTo(LocalizationFormat.ThunderStorm3D));
        Assert.That(file.Table.Single(), Is.EqualTo(new Localization
        {
            Frame = 0,
            X = 1,
            Y = 2,
            Z = -300,
            PsfSigmaX = 120,
            PsfSigmaY = 180,
            SigmaX = 5,
            SigmaY = 5,
            SigmaZ = 20,
        }));
    }

    [Test]
    public void The_challenges_ground_truth_is_understood_with_its_trailing_space()
    {
        LocalizationFile file = Tables.Read("Ground-truth,frame,xnano,ynano,znano,intensity \n1,10, 100.5,200.25,-50,3000 \n");
        Assert.That(file.Format, Is.EqualTo(LocalizationFormat.Challenge));
        Assert.That(file.Table.Single(), Is.EqualTo(new Localization { Frame = 9, X = 100.5, Y = 200.25, Z = -50, Photons = 3000 }));
    }

    [Test]
    public void Bare_positions_are_understood_and_columns_of_other_names_passed_over()
    {
        LocalizationFile file = Tables.Read("y [nm],comment,x [nm],frame\n2,\"a, quoted\",1,5\n\n4,,3,6,\n");
        Assert.That(file.Format, Is.EqualTo(LocalizationFormat.BareTruth));
        Assert.That(file.Table.Select(r => (r.Frame, r.X, r.Y)), Is.EqualTo(new[] { (4L, 1.0, 2.0), (5L, 3.0, 4.0) }));
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_heading() =>
        Assert.That(Tables.Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Bare + "1,2,3\n")]).Table, Has.Count.EqualTo(1));

    [Test]
    public void Tables_that_count_from_zero_are_read_with_that_base() =>
        Assert.That(Tables.Read(Bare + "0,2,3\n", frameBase: 0).Table.Single().Frame, Is.Zero);

    [TestCase(Bare + "1,2,3\n0,2,3\n", 3, "frame", "add 1 to every frame")]
    [TestCase(Bare + "-4,2,3\n", 2, "frame", "1 or more")]
    [TestCase(Bare + "1.5,2,3\n", 2, "frame", "whole number")]
    [TestCase(Bare + "1e30,2,3\n", 2, "frame", "whole number")]
    [TestCase(Bare + "NaN,2,3\n", 2, "frame", "whole number")]
    [TestCase(Bare + "1,NaN,3\n", 2, "x [nm]", "remove it")]
    [TestCase(Bare + "1,2,Infinity\n", 2, "y [nm]", "finite")]
    [TestCase(Bare + "1,2,-1e999\n", 2, "y [nm]", "finite")]
    [TestCase(Bare + "1,2,\n", 2, "y [nm]", "fill in")]
    [TestCase(Bare + "1,2,abc\n", 2, "y [nm]", "\"abc\"")]
    [TestCase(Bare + "1,2\n", 2, null, "2 columns")]
    [TestCase(Bare + "1,2,5,3,7\n", 2, null, "Decimal commas")]
    [TestCase("frame,x [nm],y [nm],intensity [photon]\n1,2,3,1e39\n", 2, "intensity [photon]", "finite")]
    [TestCase("frame,x [nm]\n1,2\n", 1, "y [nm]", "\"frame\", \"x [nm]\"")]
    [TestCase("frame,x [px],y [px]\n1,2,3\n", 1, "x [nm]", "pixel size")]
    [TestCase("frame;x [nm];y [nm]\n1;2;3\n", 1, "frame", "commas between the columns")]
    [TestCase("frame,x [nm],y [nm],x [nm]\n1,2,3,4\n", 1, "x [nm]", "each column once")]
    [TestCase("", 1, null, "empty")]
    [TestCase("\u0001\u0002\u0003", 1, "frame", "ThunderSTORM")]
    public void Errors_name_the_place_and_the_remedy(string text, int line, string? column, string words)
    {
        LocalizationFormatException error = Assert.Throws<LocalizationFormatException>(() => Tables.Read(text))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Line, Is.EqualTo(line));
            Assert.That(error.Column, Is.EqualTo(column));
            Assert.That(error.File, Is.EqualTo("table.csv"));
            Assert.That(error.Message, Does.StartWith($"table.csv, line {line}").And.Contains(words));
            Assert.That(error.Remedy, Is.Not.Empty);
            Assert.That(error.Message, Does.EndWith(error.Remedy).And.Contains(error.Expected));
        }
    }

    [Test]
    public void Text_in_UTF16_is_told_apart() => Assert.That(
        () => Tables.Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Bare)]),
        Throws.InstanceOf<LocalizationFormatException>().With.Message.Contains("UTF-8"));

    [Test]
    public void A_file_without_line_ends_is_no_table() => Assert.That(
        () => Tables.Read(new byte[300_000]),
        Throws.InstanceOf<LocalizationFormatException>().With.Message.Contains("another kind of file"));

    [Test]
    public void A_last_line_that_was_cut_short_is_left_out_with_a_warning([Values("3", "3,", "3,5", "3,5,", "3,5,-")] string rest)
    {
        LocalizationFile file = Tables.Read(Bare + "1,2,3\n2,3,4\n" + rest);
        Assert.That(file.Table.Select(r => r.Frame), Is.EqualTo([0L, 1L]));
        Assert.That(file.Warnings.Single(), Does.Contain("table.csv, line 4").And.Contains("cut short").And.Contains("2 rows"));
    }

    [Test]
    public void A_whole_last_line_without_a_line_end_is_kept_with_a_warning()
    {
        LocalizationFile file = Tables.Read(Bare + "1,2,3\n2,3,4");
        Assert.That(file.Table, Has.Count.EqualTo(2));
        Assert.That(file.Warnings.Single(), Does.Contain("line 3").And.Contains("kept"));
    }

    [Test]
    public void Lines_longer_than_the_readers_buffer_halves_are_read()
    {
        string padding = new(' ', 40_000);
        var text = new StringBuilder(Bare);
        for (int i = 1; i <= 20; i++)
        {
            text.Append(padding).Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},{i * 2},{i * 3}\n");
        }

        Assert.That(Tables.Read(text.ToString()).Table.Select(r => r.Y), Is.EqualTo(Enumerable.Range(1, 20).Select(i => i * 3.0)));
    }

    [Test]
    public void A_missing_file_is_an_ordinary_IO_error() =>
        Assert.That(() => LocalizationReader.Read("no-such-table.csv"), Throws.InstanceOf<FileNotFoundException>());
}
