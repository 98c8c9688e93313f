using System.Buffers.Binary;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Cli.Tests.Support;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Tests;

/// <summary>Files with several channels or slices: one is chosen, or a warning says that all are taken for one.</summary>
public sealed class HyperstackTests
{
    [TestCase(1, 1, new[] { 0, 6, 12 })]
    [TestCase(2, 3, new[] { 5, 11, 17 })]
    public void A_channel_and_a_slice_are_streamed_alone_with_numbers_without_gaps(int channel, int slice, int[] pages)
    {
        using var folder = new TemporaryFolder();
        using TiffFrameSource source = TiffFrameSource.Open(Write(folder), camera: null, channel, slice);

        Assert.That(source.FrameCount, Is.EqualTo(3));
        Assert.That(Pages(source, out List<long> sequence), Is.EqualTo(pages));
        Assert.That(sequence, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(source.Warnings, Is.Empty);
    }

    [Test]
    public void All_pages_go_in_turn_when_nothing_is_chosen_and_a_warning_says_so()
    {
        using var folder = new TemporaryFolder();
        using TiffFrameSource source = TiffFrameSource.Open(Write(folder), camera: null);

        Assert.That(Pages(source, out _), Is.EqualTo(Enumerable.Range(0, 18)));
        Assert.That(source.Warnings, Has.One.Contains("2 channels").And.One.Contains("3 axial slices"));
    }

    [Test]
    public void A_channel_that_the_file_lacks_is_refused_with_the_number_it_has()
    {
        using var folder = new TemporaryFolder();
        CommandException refusal = Assert.Throws<CommandException>(() => TiffFrameSource.Open(Write(folder), camera: null, channel: 3))!;
        Assert.That((refusal.ExitCode, refusal.Message), Is.EqualTo((ExitCodes.Usage, $"--channel is 3, but {folder.File("stack.tif")} has 2.")));
    }

    private static List<int> Pages(TiffFrameSource source, out List<long> sequence)
    {
        var pages = new List<int>();
        sequence = [];
        var pixels = new byte[source.Width * source.Height * 2];
        while (source.TryRead(out FrameHeader header, pixels))
        {
            sequence.Add(header.Sequence);
            pages.Add(BinaryPrimitives.ReadUInt16LittleEndian(pixels));
        }

        return pages;
    }

    /// <summary>Two channels × three slices × three times; each page holds its own number.</summary>
    private static string Write(TemporaryFolder folder)
    {
        string path = folder.File("stack.tif");
        using TiffWriter writer = TiffWriter.Create(
            path, new TiffWriterOptions { Width = 4, Height = 3, PixelType = PixelType.UInt16, Channels = 2, Slices = 3, PixelSizeNm = 100 });
        for (int page = 0; page < 18; page++)
        {
            ushort[] pixels = new ushort[12];
            Array.Fill(pixels, (ushort)page);
            writer.WritePage(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()));
        }

        return path;
    }
}
