using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

public sealed class LocalizationFuzzTests
{
    // DECODE's has tests of its own.
    private static readonly LocalizationFormat[] Written = [.. Enum.GetValues<LocalizationFormat>().Where(f => f != LocalizationFormat.Decode)];

    private static readonly byte[] Interesting = [.. "\0\n\r,\";-+.eE19NIn \t\xFF"u8];

    [Test]
    public void Mutated_bytes_give_a_table_or_the_tables_own_error([ValueSource(nameof(Written))] LocalizationFormat format)
    {
        byte[] good = Sample(format);
        var random = new Random(1 + (int)format);
        int read = 0, refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = Mutate(random, good);
            try
            {
                LocalizationFile file = Tables.Read(bytes);
                Assert.That(file.Table.All(r => r.Frame >= 0 && double.IsFinite(r.X) && double.IsFinite(r.Y)), "every row that is let in can be used");
                read++;
            }
            catch (LocalizationFormatException)
            {
                refused++;
            }
        }

        Assert.That(Math.Min(read, refused), Is.GreaterThan(100), $"{read} read, {refused} refused: both ways were taken");
    }

    [Test]
    public void Any_beginning_of_a_table_that_has_its_heading_can_be_read([ValueSource(nameof(Written))] LocalizationFormat format)
    {
        byte[] good = Sample(format);
        Localization[] all = [.. Tables.Read(good).Table];
        for (int length = Array.IndexOf(good, (byte)'\n') + 1; length < good.Length; length++)
        {
            LocalizationFile file = Tables.Read(good[..length]);
            int lines = good.AsSpan(0, length).Count((byte)'\n') - 1;
            Assert.That(file.Table.Take(lines), Is.EqualTo(all.Take(lines)), "rows before the cut");
            Assert.That(file.Table.Count - lines, Is.EqualTo(0).Or.EqualTo(1));
            Assert.That(file.Warnings, Has.Count.EqualTo(good[length - 1] == '\n' ? 0 : 1));
        }
    }

    private static byte[] Sample(LocalizationFormat format)
    {
        var random = new Random(9);
        using var stream = new MemoryStream();
        using (var writer = new LocalizationWriter(stream, format, leaveOpen: true))
        {
            var rows = new Localization[8];
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = new Localization { Frame = i / 2, X = random.NextDouble() * 6400, Y = random.NextDouble() * 6400, Z = i, Photons = 1500 };
            }

            writer.Write(rows);
        }

        return stream.ToArray();
    }

    private static byte[] Mutate(Random random, byte[] good)
    {
        var bytes = new List<byte>(good);
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(bytes.Count);
            byte value = random.Next(2) == 0 ? Interesting[random.Next(Interesting.Length)] : (byte)random.Next(256);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = value;
                    break;
                case 1:
                    bytes.Insert(at, value);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add(value);
            }
        }

        return [.. bytes];
    }
}
