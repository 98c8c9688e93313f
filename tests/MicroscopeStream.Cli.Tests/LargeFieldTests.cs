using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Client;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Cli.Tests;

/// <summary>Cameras whose field at a tenth of a pixel would be an image that no file or memory holds.</summary>
public sealed class LargeFieldTests
{
    [TestCase(64, 64, 10.0)]
    [TestCase(1024, 1024, 10.0)]
    public void Small_fields_are_drawn_at_a_tenth_of_the_cameras_pixel(int width, int height, double pixelNm)
    {
        StreamJob job = Job(width, height);
        Assert.That((job.SuperResolvedGrid.PixelSizeNm, job.GridWarning), Is.EqualTo((pixelNm, (string?)null)));
    }

    [TestCase(2048, 2048)]
    [TestCase(2560, 2160)]
    [TestCase(16384, 16384)]
    public void Large_fields_are_drawn_coarser_and_said_to_be(int width, int height)
    {
        StreamJob job = Job(width, height);
        PixelGrid grid = job.SuperResolvedGrid;

        Assert.That((long)grid.Width * grid.Height, Is.InRange(120_000_000, 128_000_000));
        Assert.That(grid.WidthNm, Is.EqualTo(width * 100.0).Within(grid.PixelSizeNm));
        Assert.That(job.GridWarning, Does.Contain("128 million"));
        Assert.That(() => job.Check(), Throws.Nothing);
        Assert.That((long)grid.Width * grid.Height * sizeof(float), Is.LessThan(Array.MaxLength), "a page of superres.tif");
    }

    [Test]
    public void A_pixel_that_is_too_fine_is_refused_with_one_that_is_not()
    {
        StreamJob job = Job(2048, 2048) with { SuperResolvedPixelNm = 1 };
        CommandException refusal = Assert.Throws<CommandException>(job.Check)!;
        Assert.That((refusal.ExitCode, refusal.Message), Is.EqualTo((ExitCodes.Usage,
            "--superres-pixel 1 makes an image of more than 128 million pixels from 2048 × 2048 of 100 nm; take 18.2 or more.")));
        Assert.That(() => (job with { SuperResolvedPixelNm = 18.2 }).Check(), Throws.Nothing);
    }

    private static StreamJob Job(int width, int height) => new()
    {
        Source = new NoSource(),
        Request = new AcquisitionRequest { Width = width, Height = height, PixelType = PixelType.UInt16, PixelSizeNm = 100, Method = "mle" },
        Rate = null,
        Server = "none",
        OutputPath = null,
    };

    private sealed class NoSource : IFrameSource
    {
        public string Name => "none";

        public int Width => 1;

        public int Height => 1;

        public PixelType PixelType => PixelType.UInt16;

        public double? PixelSizeNm => null;

        public Core.Cameras.CameraModel? Camera => null;

        public long FrameCount => 0;

        public IReadOnlyList<string> Warnings => [];

        public bool TryRead(out FrameHeader header, Span<byte> pixels)
        {
            header = default;
            return false;
        }

        public void Dispose()
        {
        }
    }
}
