using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Pipeline.Tests.Methods.Sim;

/// <summary>The method os-sim, from frames to section and verdict.</summary>
public sealed class SectioningSessionTests
{
    [Test]
    public async Task A_section_lies_on_the_cameras_grid_and_is_judged_by_its_pattern()
    {
        SimScene scene = SimRun.Scene() with { Width = 96, Height = 96 };
        SessionSpecification asked = SimRun.Specification(scene);
        SimRun run = await SimRun.OfAsync(asked with { Method = asked.Method with { Id = SectioningMethodFactory.Id } }, SimRun.Frames(scene, groups: 2));
        TestContext.Out.WriteLine($"{run.Trust.Level} {string.Join(' ', run.Trust.Reasons)}");
        Assert.Multiple(() =>
        {
            Assert.That(run.Image!.Grid, Is.EqualTo(scene.Grid));
            Assert.That(run.Image.Pixels.Max(), Is.Positive);
            Assert.That(run.Map, Is.Null, "a section is not projected back");
            Assert.That(run.Reading!.MedianResidual, Is.NaN);
            Assert.That(run.Trust.Level, Is.LessThan(TrustLevel.Untrusted), string.Join(' ', run.Trust.Reasons));
        });
    }

    [Test]
    public async Task No_pattern_is_untrusted()
    {
        SimScene scene = SimRun.Scene() with { Width = 96, Height = 96, Modulation = 0 };
        SessionSpecification asked = SimRun.Specification(scene);
        SimRun run = await SimRun.OfAsync(asked with { Method = asked.Method with { Id = SectioningMethodFactory.Id } }, SimRun.Frames(scene, groups: 1));
        Assert.That(run.Trust.Level, Is.EqualTo(TrustLevel.Untrusted));
        Assert.That(run.Trust.Reasons, Has.Some.Contains("No pattern"));
    }
}
