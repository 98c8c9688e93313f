using MicroscopeStream.Cli.Reports;

namespace MicroscopeStream.Cli.Tests.Reports;

public sealed class OutputFolderTests
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int DiskFull = unchecked((int)0x80070070);

    private readonly List<string> _said = [];
    private DirectoryInfo _root = null!;

    [SetUp]
    public void SetUp()
    {
        _root = Directory.CreateTempSubdirectory("out-");
        _said.Clear();
    }

    [TearDown]
    public void TearDown() => _root.Delete(recursive: true);

    [Test]
    public void A_file_that_is_busy_for_a_moment_is_written_all_the_same()
    {
        var folder = new OutputFolder(_root.FullName, _said.Add);
        int tries = 0;
        bool written = folder.Write("report.json", path =>
        {
            if (++tries < 3)
            {
                throw new IOException("The file is being used by another process.", SharingViolation);
            }

            File.WriteAllText(path, "{}");
        });

        Assert.That((written, tries), Is.EqualTo((true, 3)));
        Assert.That(File.ReadAllText(Path.Combine(_root.FullName, "report.json")), Is.EqualTo("{}"));
        Assert.That(folder.Written, Is.EqualTo(new[] { "report.json" }));
        Assert.That(_said, Is.Empty);
    }

    [TestCase(SharingViolation, 4)]
    [TestCase(DiskFull, 1)]
    public void What_does_not_pass_is_said_once_with_the_remedy(int cause, int expectedTries)
    {
        var folder = new OutputFolder(_root.FullName, _said.Add);
        int tries = 0;
        bool written = folder.Write("superres.tif", _ =>
        {
            tries++;
            throw new IOException("It does not work.", cause);
        });

        Assert.That((written, tries), Is.EqualTo((false, expectedTries)), "waiting makes no room on a full disk");
        Assert.That(folder.Problems, Is.EqualTo(_said).And.One.Contains("superres.tif could not be written: It does not work. Free some space"));
        Assert.That(folder.Written, Is.Empty);
    }
}
