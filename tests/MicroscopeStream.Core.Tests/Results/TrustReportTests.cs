using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Core.Tests.Results;

public sealed class TrustReportTests
{
    [Test]
    public void Reasons_gather_and_the_worst_level_stays()
    {
        TrustReport report = TrustReport.Good
            .With(TrustLevel.Caution, "The pixel size is outside the model's domain.")
            .With(TrustLevel.Untrusted, "The raw frames are not explained.")
            .With(TrustLevel.Caution, "The density is high.");
        Assert.That(report.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(report.Reasons, Is.EqualTo(
            ["The pixel size is outside the model's domain.", "The raw frames are not explained.", "The density is high."]));
    }

    [Test]
    public void Adding_a_reason_leaves_the_report_it_came_from_as_it_was()
    {
        TrustReport.Good.With(TrustLevel.Untrusted, "Something.");
        Assert.That(TrustReport.Good.Level, Is.EqualTo(TrustLevel.Good));
        Assert.That(TrustReport.Good.Reasons, Is.Empty);
    }
}
