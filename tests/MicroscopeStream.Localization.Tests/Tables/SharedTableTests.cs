using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

/// <summary>Tables that others wrote.</summary>
public sealed class SharedTableTests
{
    [Test]
    public void ThunderSTORMs_own_ground_truth_is_read_whole()
    {
        LocalizationFile file = LocalizationReader.Read(SharedData.PathOf("smlm/artificial-hd/ground-truth.csv"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Format, Is.EqualTo(LocalizationFormat.ThunderStorm2D));
            Assert.That(file.Table, Has.Count.EqualTo(4956));
            Assert.That(file.Warnings, Is.Empty);
            Assert.That(file.Table[0].X, Is.EqualTo(67.843));
            Assert.That(file.Table[0].Photons, Is.EqualTo(2458.46515f));
            Assert.That(file.Table.Select(r => r.Frame).Distinct(), Is.EqualTo(Enumerable.Range(0, 20).Select(i => (long)i)));
            Assert.That(file.Table.Average(r => (double)r.Photons), Is.EqualTo(2250.0054).Within(1e-3), "as summed by another program");
        }
    }

    [Test]
    public void The_challenges_bare_truth_is_read_whole()
    {
        LocalizationFile file = LocalizationReader.Read(SharedData.PathOf("smlm/bundled-tubulins-hd/ground-truth.csv"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Format, Is.EqualTo(LocalizationFormat.BareTruth));
            Assert.That(file.Table, Has.Count.EqualTo(81_178));
            Assert.That(file.Warnings, Is.Empty);
            Assert.That((file.Table[0].X, file.Table[0].Y), Is.EqualTo((777.322, 3753.639)));
            Assert.That(file.Table.Max(r => r.Frame), Is.EqualTo(360));
        }
    }
}
