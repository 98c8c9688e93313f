using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Tests.Packages;

public class DomainCheckTests
{
    private static readonly ModelDomain s_domain = new()
    {
        Modality = ["smlm"],
        PixelSizeNm = new ValueRange(80, 160),
        PsfSigmaPx = new ValueRange(0.9, 1.8),
        Camera = ["scmos", "emccd"],
    };

    [Test]
    public void Nothing_is_said_of_what_lies_inside_or_is_not_known()
    {
        Assert.That(
            DomainCheck.Check("m", s_domain, new AcquisitionConditions { PixelSizeNm = 160, Camera = "sCMOS", Modality = "smlm" }),
            Is.Empty);
        Assert.That(DomainCheck.Check("m", s_domain, new AcquisitionConditions()), Is.Empty);
        Assert.That(DomainCheck.Check("m", new ModelDomain(), new AcquisitionConditions { PixelSizeNm = 1e6 }), Is.Empty);
    }

    [Test]
    public void What_lies_outside_is_said_in_plain_words()
    {
        IReadOnlyList<string> warnings = DomainCheck.Check(
            "m", s_domain, new AcquisitionConditions { PixelSizeNm = 300, PsfSigmaPx = 0.5, Modality = "sim", Photons = 5 });
        Assert.That(warnings, Has.Count.EqualTo(3));
        Assert.That(warnings[0], Does.StartWith("pixel size 300 nm outside 80–160 nm"));
        Assert.That(warnings[1], Does.Contain("0.5 px outside 0.9–1.8 px"));
        Assert.That(warnings[2], Does.Contain("modality 'sim'").And.Contain("smlm"));
    }
}
