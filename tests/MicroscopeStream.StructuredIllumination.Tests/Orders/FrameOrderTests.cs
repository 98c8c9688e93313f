using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Tests.Orders;

public sealed class FrameOrderTests
{
    [TestCase("hex7", 1, 7, PatternKind.Hexagonal)]
    [TestCase("3x3", 3, 3, PatternKind.TwoBeam)]
    [TestCase("3x5", 3, 5, PatternKind.ThreeBeam)]
    [TestCase("OMX", 3, 5, PatternKind.ThreeBeam)]
    [TestCase("elyra", 3, 5, PatternKind.ThreeBeam)]
    [TestCase("fairsim", 3, 3, PatternKind.TwoBeam)]
    [TestCase("nsim", 3, 5, PatternKind.ThreeBeam)]
    [TestCase("angle=2, phase=4", 2, 4, PatternKind.TwoBeam)]
    [TestCase("phase=7", 1, 7, PatternKind.Hexagonal)]
    [TestCase("angle=3,phase=5;2-beam", 3, 5, PatternKind.TwoBeam)]
    public void Names_and_axis_strings_say_angles_phases_and_pattern(string text, int angles, int phases, PatternKind pattern)
    {
        FrameOrder order = FrameOrder.Parse(text);
        Assert.That((order.Angles, order.Phases, order.Pattern), Is.EqualTo((angles, phases, pattern)));
    }

    [Test]
    public void The_last_axis_is_the_fastest()
    {
        FrameOrder angleMajor = FrameOrder.Parse("angle=3,phase=5"), phaseMajor = FrameOrder.Parse("phase=5,angle=3");
        Assert.That(angleMajor.RoleOf(6), Is.EqualTo(new FrameRole(1, 1, 0)));
        Assert.That(phaseMajor.RoleOf(6), Is.EqualTo(new FrameRole(0, 2, 0)));
        FrameOrder volume = FrameOrder.Parse("angle=3,z=4,phase=5");
        Assert.That(volume.RoleOf(7), Is.EqualTo(new FrameRole(0, 2, 1)));
        Assert.That(volume.FramesPerGroup, Is.EqualTo(60));
        Assert.That(volume.FramesPerImage, Is.EqualTo(15));
    }

    [Test]
    public void Every_frame_has_one_role_and_every_role_one_frame([Values("hex7", "3x3", "omx", "elyra", "z=2,phase=5,angle=3")] string text)
    {
        FrameOrder order = FrameOrder.Parse(text);
        FrameRole[] roles = [.. Enumerable.Range(0, order.FramesPerGroup).Select(order.RoleOf)];
        Assert.That(roles, Is.Unique);
        Assert.That(roles.Select(order.IndexOf), Is.EqualTo(Enumerable.Range(0, order.FramesPerGroup)));
    }

    [TestCase("3x3", true)]
    [TestCase("3x5", true)]
    [TestCase("hex7", true)]
    [TestCase("3x2", false)]
    [TestCase("1x1", false)]
    [TestCase("angle=3,phase=3;3-beam", false)]
    public void It_says_whether_the_bands_can_be_separated(string text, bool can) => Assert.That(FrameOrder.Parse(text).CanBeSeparated, Is.EqualTo(can));

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("angle")]
    [TestCase("angle=0")]
    [TestCase("angle=3,angle=3")]
    [TestCase("angle=3,phase=5;4-beam")]
    [TestCase("angle=3,phase=7;hexagonal")]
    [TestCase("phase=5;hexagonal")]
    public void What_cannot_be_understood_is_refused_with_what_is_possible(string text) =>
        Assert.That(() => FrameOrder.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains("angle=3,phase=5"));

    [Test]
    public void Tiles_are_phases_from_left_to_right_and_angles_from_top_to_bottom()
    {
        FrameOrder order = FrameOrder.Parse("nsim");
        const int W = 4, H = 2, Width = 5 * W;
        var image = new ushort[Width * 3 * H];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (ushort)((i / Width / H * 100) + (i % Width / W));
        }

        Assert.That(FrameTiles.SizeOf(order, Width, 3 * H), Is.EqualTo((W, H)));
        var frame = new ushort[W * H];
        for (int n = 0; n < order.FramesPerGroup; n++)
        {
            FrameTiles.Cut<ushort>(order, image, Width, n, frame);
            FrameRole role = order.RoleOf(n);
            Assert.That(frame, Is.All.EqualTo((ushort)((role.Angle * 100) + role.Phase)));
        }

        Assert.That(() => FrameTiles.SizeOf(order, Width + 1, 3 * H), Throws.ArgumentException);
        Assert.That(() => FrameTiles.SizeOf(FrameOrder.Parse("3x5"), Width, 3 * H), Throws.ArgumentException);
    }
}
