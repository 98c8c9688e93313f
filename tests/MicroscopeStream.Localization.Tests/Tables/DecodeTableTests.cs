using System.Text;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

public sealed class DecodeTableTests
{
    private const string Heading = "x,y,z,phot,frame_ix,id,prob,bg,phot_cr,bg_cr,phot_sig,bg_sig,x_cr,y_cr,z_cr,x_sig,y_sig,z_sig";

    [TestCase("px", "10.0,20.5,-30.0,1500.0,0,-1,0.9,12.5,,,40.0,,,,,0.1,0.2,25.0")]
    [TestCase("nm", "1000.0,2050.0,-30.0,1500.0,0,-1,0.9,12.5,,,40.0,,,,,10.0,20.0,25.0")]
    public void Axes_origin_and_units_are_turned_into_ours(string unit, string row)
    {
        // As pandas writes it: empty for NaN. 10 px along rows is the centre of row 10: 1050 nm from the corner.
        LocalizationFile file = Read($"# DECODE EmitterSet\n# {{\"version\": \"v0.10.0\"}}\n# {{\"xy_unit\": \"{unit}\", \"px_size\": [100.0, 100.0]}}\n{Heading}\n{row}\n");
        Localization l = file.Table.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Format, Is.EqualTo(LocalizationFormat.Decode));
            Assert.That((l.Frame, l.X, l.Y, l.Z), Is.EqualTo((0L, 2100.0, 1050.0, -30.0)));
            Assert.That((l.Photons, l.Background, l.Probability, l.SigmaPhotons), Is.EqualTo((1500f, 12.5f, 0.9f, 40f)));
            Assert.That(l.SigmaX, Is.EqualTo(20).Within(1e-4));
            Assert.That(l.SigmaY, Is.EqualTo(10).Within(1e-4));
            Assert.That(l.SigmaZ, Is.EqualTo(25));
        }
    }

    [Test]
    public void Variances_serve_where_no_deviation_is_given_and_flat_tables_are_2D()
    {
        Localization l = Read($"{Meta}{Heading}\n1,2,0,100,3,-1,1,5,16,,,,4,9,,,,\n").Table.Single();
        Assert.That((l.SigmaX, l.SigmaY, l.SigmaPhotons), Is.EqualTo((3f, 2f, 4f)));
        Assert.That(l.Z, Is.NaN);
    }

    [Test]
    public void What_is_written_is_read_again()
    {
        var random = new Random(3);
        Localization[] rows = [.. Enumerable.Range(0, 500).Select(i => new Localization
        {
            Frame = i / 3,
            X = Math.Round(random.NextDouble() * 6400, 3),
            Y = Math.Round(random.NextDouble() * 6400, 3),
            Z = 1 + i,
            Photons = 1000 + i,
            Background = 20,
            SigmaX = 8,
            SigmaY = 9,
            SigmaZ = 30,
            SigmaPhotons = 41,
            Probability = 0.875f,
        })];
        using var stream = new MemoryStream();
        using (var writer = new DecodeTableWriter(stream, 127))
        {
            writer.Write(rows.AsSpan(0, 200));
            writer.Write(rows.AsSpan(200));
            Assert.That(writer.Count, Is.EqualTo(500));
        }

        LocalizationFile file = Tables.Read(stream.ToArray());
        Assert.That(file.Warnings, Is.Empty);
        Assert.That(file.Table.Select(l => l with { X = Math.Round(l.X, 3), Y = Math.Round(l.Y, 3) }), Is.EqualTo(rows));
    }

    [TestCase("# DECODE EmitterSet\n", "metadata")]
    [TestCase("# DECODE EmitterSet\n# {}\nx,y,frame_ix\n1,2,3\n", "metadata")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": \"nm\", \"px_size\": null}\nx,y,frame_ix\n", "px_size")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": null, \"px_size\": [100.0, 100.0]}\nx,y,frame_ix\n", "xy_unit")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": \"px\", \"px_size\": [0.1, 0.1]}\nx,y,frame_ix\n", "nanometres")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\"\nx,y,frame_ix\n", "third line")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": \"px\", \"px_size\": [100.0, 100.0]}\nx,z,frame_ix\n", "\"y\"")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": \"px\", \"px_size\": [100.0, 100.0]}\nx,y,frame_ix\n1,2,3.5\n", "frame 3.5")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": \"px\", \"px_size\": [100.0, 100.0]}\nx,y,frame_ix\n1,b,3\n", "\"b\"")]
    [TestCase("# DECODE EmitterSet\n# {}\n# {\"xy_unit\": \"px\", \"px_size\": [100.0, 100.0]}\nx,y,frame_ix\n1,2\n", "2 columns")]
    public void What_cannot_be_read_is_told_in_words(string text, string words) =>
        Assert.That(() => Read(text), Throws.TypeOf<LocalizationFormatException>().With.Message.Contains(words));

    [Test]
    public void A_last_line_that_was_cut_short_is_left_out()
    {
        LocalizationFile file = Read($"{Meta}x,y,frame_ix\n1,2,3\n4,5");
        Assert.That(file.Table.Single().Frame, Is.EqualTo(3));
        Assert.That(file.Warnings.Single(), Does.Contain("cut short"));
    }

    [Test]
    public void Mutated_bytes_give_a_table_or_the_tables_own_error()
    {
        byte[] good = Encoding.UTF8.GetBytes($"{Meta}{Heading}\n1,2,0,100,3,-1,1,5,16,,,,4,9,,,,\n10,20.5,-30,1500,4,-1,0.9,12.5,,,40,,,,,0.1,0.2,25\n");
        var random = new Random(17);
        int read = 0, refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. good];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                // Behind the title, which decides the format.
                bytes[random.Next(20, bytes.Length)] = (byte)random.Next(random.Next(2) == 0 ? 256 : 64);
            }

            try
            {
                LocalizationFile file = Tables.Read(bytes);
                Assert.That(file.Table.All(r => r.Frame >= 0 && double.IsFinite(r.X) && double.IsFinite(r.Y)), Is.True);
                read++;
            }
            catch (LocalizationFormatException)
            {
                refused++;
            }
        }

        Assert.That(Math.Min(read, refused), Is.GreaterThan(100), $"{read} read, {refused} refused");
    }

    [Test]
    public void A_batch_allocates_nothing()
    {
        using var writer = new DecodeTableWriter(new MemoryStream(new byte[1 << 20]), 100);
        var rows = new Localization[100];
        Array.Fill(rows, new Localization { Frame = 1, X = 1234.5, Y = 99.75, Photons = 1500 });
        writer.Write(rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        writer.Write(rows);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void The_plain_writer_says_who_writes_them() =>
        Assert.That(
            () => new LocalizationWriter(new MemoryStream(), LocalizationFormat.Decode), Throws.ArgumentException.With.Message.Contains("DecodeTableWriter"));

    private static string Meta => "# DECODE EmitterSet\n# {\"version\": \"v0.10.0\"}\n# {\"xy_unit\": \"nm\", \"px_size\": [100.0, 100.0]}\n";

    private static LocalizationFile Read(string text) => Tables.Read(Encoding.UTF8.GetBytes(text));
}
