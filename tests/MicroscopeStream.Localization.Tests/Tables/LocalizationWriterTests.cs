using System.Globalization;
using System.Text;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

public sealed class LocalizationWriterTests
{
    private static readonly Localization Known = new()
    {
        Frame = 0,
        X = 1234.5678,
        Y = 0.25,
        Z = -120.5,
        Photons = 1500,
        Background = 20.125f,
        BackgroundStd = 4.5f,
        PsfSigmaX = 120,
        PsfSigmaY = 140,
        SigmaX = 6,
        SigmaY = 8,
        SigmaZ = 31,
    };

    [TestCase(
        LocalizationFormat.ThunderStorm2D,
        "\"id\",\"frame\",\"x [nm]\",\"y [nm]\",\"sigma [nm]\",\"intensity [photon]\",\"offset [photon]\",\"bkgstd [photon]\",\"uncertainty [nm]\"\n"
        + "1,1,1234.568,0.25,130,1500,20.125,4.5,7.071\n")]
    [TestCase(
        LocalizationFormat.ThunderStorm3D,
        "\"id\",\"frame\",\"x [nm]\",\"y [nm]\",\"z [nm]\",\"sigma1 [nm]\",\"sigma2 [nm]\",\"intensity [photon]\",\"offset [photon]\",\"bkgstd [photon]\",\"uncertainty_xy [nm]\",\"uncertainty_z [nm]\"\n"
        + "1,1,1234.568,0.25,-120.5,120,140,1500,20.125,4.5,7.071,31\n")]
    [TestCase(LocalizationFormat.Challenge, "Ground-truth,frame,xnano,ynano,znano,intensity \n1,1,1234.568,0.25,-120.5,1500\n")]
    [TestCase(LocalizationFormat.BareTruth, "frame,x [nm],y [nm]\n1,1234.568,0.25\n")]
    public void Headings_and_rows_are_exactly_the_formats(LocalizationFormat format, string expected) =>
        Assert.That(Write(format, Known), Is.EqualTo(expected));

    [Test]
    public void Decimal_commas_of_the_machine_do_not_matter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            string text = Write(LocalizationFormat.BareTruth, Known);
            Assert.That($"{0.5}", Is.EqualTo("0,5"));
            Assert.That(text, Does.EndWith("\n1,1234.568,0.25\n"));
            Assert.That(Tables.Read(text).Table[0].X, Is.EqualTo(1234.568));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void What_is_not_known_is_written_as_NaN_and_comes_back_as_NaN()
    {
        string text = Write(LocalizationFormat.ThunderStorm2D, new Localization { Frame = 41, X = 1, Y = 2 });
        Assert.That(text, Does.EndWith("\n1,42,1,2,NaN,NaN,NaN,NaN,NaN\n"));
        Assert.That(Tables.Read(text).Table.Single(), Is.EqualTo(new Localization { Frame = 41, X = 1, Y = 2 }));
    }

    [Test]
    public void Numbers_are_right_to_half_a_thousandth_whatever_their_size()
    {
        var random = new Random(4);
        var rows = new Localization[2000];
        for (int i = 0; i < rows.Length; i++)
        {
            double size = Math.Pow(10, (random.NextDouble() * 14) - 4);
            rows[i] = new Localization { Frame = i, X = (random.NextDouble() - 0.5) * size, Y = Math.Round(size, 2) };
        }

        Localization[] read = [.. Tables.Read(Write(LocalizationFormat.BareTruth, rows)).Table];
        for (int i = 0; i < rows.Length; i++)
        {
            // A number of 10¹⁰ has itself no more than a few thousandths of rounding.
            double tolerance = 0.0005 + (Math.Abs(rows[i].X) * 1e-15);
            Assert.That(read[i].X, Is.EqualTo(rows[i].X).Within(tolerance));
            Assert.That(read[i].Y, Is.EqualTo(rows[i].Y).Within(1e-9 + (rows[i].Y * 1e-15)));
        }
    }

    [TestCase(0, "0")]
    [TestCase(-0.0004, "0")]
    [TestCase(-0.5, "-0.5")]
    [TestCase(0.001, "0.001")]
    [TestCase(0.01, "0.01")]
    [TestCase(9.9996, "10")]
    [TestCase(-1234.05, "-1234.05")]
    [TestCase(1e300, "1E+300")]
    [TestCase(double.NegativeInfinity, "-Infinity")]
    public void Odd_numbers_have_their_spelling(double value, string expected) =>
        Assert.That(Write(LocalizationFormat.BareTruth, new Localization { Frame = 0, X = value, Y = 0 }), Does.EndWith($"\n1,{expected},0\n"));

    [Test]
    public void A_batch_is_in_the_file_before_the_writer_is_closed()
    {
        string path = Path.GetTempFileName();
        try
        {
            using var writer = new LocalizationWriter(path, LocalizationFormat.ThunderStorm2D);
            Assert.That(LocalizationReader.Read(path).Table, Is.Empty);
            for (int i = 0; i < 5; i++)
            {
                writer.Write([Known with { Frame = i }, Known with { Frame = i, X = 7 }]);
                LocalizationFile now = LocalizationReader.Read(path);
                Assert.That((now.Table.Count, now.Warnings.Count, writer.Count), Is.EqualTo(((i + 1) * 2, 0, (i + 1) * 2)));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void Writing_allocates_nothing_per_row()
    {
        var rows = new Localization[5000];
        Array.Fill(rows, Known);
        using var writer = new LocalizationWriter(new MemoryStream(8 << 20), LocalizationFormat.ThunderStorm3D);
        writer.Write(rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        writer.Write(rows);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000), "for 5000 rows");
    }

    [Test]
    public void A_batch_that_finds_the_disk_full_is_cut_off_and_the_next_one_follows_the_last_whole_one()
    {
        using var disk = new SmallDisk { Room = 200_000 };
        using var writer = new LocalizationWriter(disk, LocalizationFormat.BareTruth);
        var rows = new Localization[4000];
        Array.Fill(rows, Known);
        int whole = 0;
        Assert.That(
            () =>
            {
                for (; ; whole++)
                {
                    writer.Write(rows);
                }
            },
            Throws.InstanceOf<IOException>());
        Assert.That(whole, Is.GreaterThan(0));

        disk.Room += 200_000;
        writer.Write(rows);
        LocalizationFile file = Tables.Read(Encoding.UTF8.GetString(disk.ToArray()));
        Assert.That(file.Warnings, Is.Empty);
        Assert.That((long)file.Table.Count, Is.EqualTo((whole + 1) * 4000L).And.EqualTo(writer.Count));
    }

    [Test]
    public void A_closed_writer_says_so()
    {
        var writer = new LocalizationWriter(new MemoryStream(), LocalizationFormat.BareTruth);
        writer.Dispose();
        writer.Dispose();
        Assert.That(() => writer.Write([Known]), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static string Write(LocalizationFormat format, params Localization[] rows)
    {
        using var stream = new MemoryStream();
        using (var writer = new LocalizationWriter(stream, format, leaveOpen: true))
        {
            writer.Write(rows);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class SmallDisk : MemoryStream
    {
        public long Room { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            int fits = (int)Math.Min(count, Room - Length);
            base.Write(buffer, offset, fits);
            if (fits < count)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
