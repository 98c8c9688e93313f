using System.Globalization;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

/// <summary>src/clients/python/export_picasso.py, read back by others' HDF5 and YAML.</summary>
public sealed class PicassoExportTests
{
    private static readonly string[] Modules = ["numpy", "h5py", "yaml"];

    [Test]
    public async Task A_table_becomes_Picassos_with_its_fields_in_pixels()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("picasso");
        try
        {
            string table = Path.Combine(folder.FullName, "table.csv"), output = Path.Combine(folder.FullName, "locs.hdf5");
            LocalizationWriter.WriteFile(table, LocalizationFormat.ThunderStorm2D, new LocalizationTable(
            [
                new Localization { Frame = 0, X = 150, Y = 1050, Photons = 800, Background = 20, PsfSigmaX = 130, PsfSigmaY = 130, SigmaX = 9, SigmaY = 9 },
                new Localization { Frame = 7, X = 50, Y = 250, Photons = 500, Background = 10, PsfSigmaX = 120, PsfSigmaY = 120, SigmaX = 12, SigmaY = 12 },
            ]).Snapshot());
            await Python.RunAsync(
                Modules, Script(), table, output, "--width", "64", "--height", "48", "--frames", "10", "--pixel-size", "100");
            string[] told = (await Python.RunAsync(Modules, "read_picasso.py", output)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            string[] names = told[0].Split(',');
            Assert.That(names, Is.SupersetOf(new[] { "frame", "x", "y", "photons", "sx", "sy", "bg", "lpx", "lpy" }));
            double[] first = Row(told[1]), second = Row(told[2]);

            // The centre of Picasso's first pixel is 0: 150 nm is the centre of the second, 1.
            Assert.That(Pick(first, "frame", "x", "y", "photons", "bg", "sx", "lpx"), Is.EqualTo(new[] { 0, 1, 10, 800, 20, 1.3, 0.09 }).Within(1e-5));
            Assert.That(Pick(second, "frame", "x", "y", "lpy"), Is.EqualTo(new[] { 7, 0, 2, 0.12 }).Within(1e-5));
            Assert.That(told, Has.Some.EqualTo("Width=64").And.Some.EqualTo("Height=48").And.Some.EqualTo("Frames=10").And.Some.EqualTo("Pixelsize=100.0"));

            double[] Pick(double[] row, params string[] wanted) => [.. wanted.Select(name => row[Array.IndexOf(names, name)])];
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static double[] Row(string line) => [.. line.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
    }

    private static string Script()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MicroscopeStream.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? throw new AssertionException("The tests do not run inside a clone."), "src/clients/python/export_picasso.py");
    }
}
