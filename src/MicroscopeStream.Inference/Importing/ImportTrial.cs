using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Importing;

/// <summary>Tries an imported network on frames: finite numbers, an image that has to do with them, tiles that fit, and the time it takes.</summary>
internal sealed class ImportTrial(SampleFrames sample, TimeProvider time)
{
    /// <summary>Differences between tiles and one piece below this part of the image's range cannot be seen in any picture.</summary>
    public const double MostSeams = 1e-3;

    /// <summary>An image that has less than this to do with its frames is the sign of a wrong normalization.</summary>
    private const double LeastLikeness = 0.3;

    private const int MostWindows = 4;

    /// <summary>Runs the network.</summary>
    /// <exception cref="ImportRefusedException">It fails on the frames.</exception>
    public async Task<(ImportSample Tried, IReadOnlyList<string> Warnings)> RunAsync(ModelPackage package, CancellationToken cancellationToken)
    {
        ModelInput input = package.Manifest.Input;
        if (sample.Frames.Count < input.Frames)
        {
            throw new ImportRefusedException($"The network takes {input.Frames} frames, the sample has {sample.Frames.Count}.");
        }

        try
        {
            using var hosts = new ExecutionHosts(time: time);
            using IImageNetwork network = await hosts.OpenImageAsync(
                package, sample.Height, sample.Width, ExecutionProvider.Cpu, cancellationToken).ConfigureAwait(false);
            var images = new List<float[]>();
            int windows = Math.Min(MostWindows, sample.Frames.Count / input.Frames);
            double likeness = 0;
            for (int window = 0; window < windows; window++)
            {
                float[][] frames = [.. sample.Frames.Skip(window * input.Frames).Take(input.Frames)];
                float[] image = await ImageOfAsync(network, frames, cancellationToken).ConfigureAwait(false);
                images.Add(image);
                likeness += Likeness(frames, image, package.Manifest.Output.Upscale) / windows;
            }

            (double Least, double Most) outputs = Range(images);
            int finite = images.Sum(image => image.Count(float.IsFinite)), all = images.Sum(image => image.Length);
            if (finite < all)
            {
                throw new ImportRefusedException(
                    $"On the sample ({sample.Source}) {all - finite} of {all} pixels of the image are not finite. "
                    + "Check the normalization (--normalization): a logarithm or a root of frames in other units gives such numbers.");
            }

            double? seams = input.Size.Overlap is { } overlap ? await SeamsAsync(package, overlap, cancellationToken).ConfigureAwait(false) : null;
            var tried = new ImportSample(
                sample.Source, sample.Height, sample.Width, windows, network.MillisecondsPerRun, Range(sample.Frames), outputs, likeness, seams);
            return (tried, [.. Warnings(tried, outputs)]);
        }
        catch (Exception fault) when (fault is ModelPackageException or ArgumentOutOfRangeException or ProviderFailedException)
        {
            throw new ImportRefusedException($"On the sample ({sample.Source}) the network failed: {fault.Message.Split('\n')[0]}", fault);
        }
    }

    private static IEnumerable<string> Warnings(ImportSample tried, (double Least, double Most) outputs)
    {
        if (!(outputs.Most > outputs.Least))
        {
            yield return "The image is the same everywhere: the network does not see these frames, or the normalization is wrong.";
        }
        else if (tried.Likeness < LeastLikeness)
        {
            yield return FormattableString.Invariant(
                $"The images have little to do with their frames (Pearson {tried.Likeness:f2}): check normalization, frame order and which output is the image.");
        }

        if (tried.Seams > MostSeams)
        {
            yield return FormattableString.Invariant(
                $"Tiles do not fit together (differences of {100 * tried.Seams:f1} % of the range): the network looks further than noise showed, so frames run in one piece.");
        }
    }

    /// <summary>The image of a frame large enough for tiles, in tiles and in one piece.</summary>
    private async Task<double?> SeamsAsync(ModelPackage package, int overlap, CancellationToken cancellationToken)
    {
        ModelInput input = package.Manifest.Input;
        int margin = TileAxis.RoundUp(overlap, input.Size.Multiple);
        int edge = TileAxis.RoundUp(Math.Max((6 * margin) + (4 * input.Size.Multiple), 2 * input.Size.Minimum), input.Size.Multiple);
        float[][] frames = [.. sample.Frames.Take(input.Frames).Select(frame => Repeated(frame, edge))];
        (int Tiles, float[] Image)[] both = new (int, float[])[2];
        for (int i = 0; i < 2; i++)
        {
            using var hosts = new ExecutionHosts(time: time, tiling: new TilingOptions { MaximumPixels = i == 0 ? int.MaxValue : 1 });
            using IImageNetwork network = await hosts.OpenImageAsync(package, edge, edge, ExecutionProvider.Cpu, cancellationToken).ConfigureAwait(false);
            both[i] = (network.Tiles, await ImageOfAsync(network, frames, cancellationToken).ConfigureAwait(false));
        }

        if (both[1].Tiles == 1)
        {
            return null;
        }

        (double least, double most) = Range([both[0].Image]);
        double difference = both[0].Image.Zip(both[1].Image, (a, b) => (double)MathF.Abs(a - b)).Max();
        return most > least ? difference / (most - least) : 0;
    }

    /// <summary>Mirrored over and over: no edges but those of the frame.</summary>
    private float[] Repeated(float[] frame, int edge)
    {
        float[] large = new float[edge * edge];
        for (int y = 0; y < edge; y++)
        {
            for (int x = 0; x < edge; x++)
            {
                large[(y * edge) + x] = frame[(Mirror(y, sample.Height) * sample.Width) + Mirror(x, sample.Width)];
            }
        }

        return large;

        static int Mirror(int at, int length) => at / length % 2 == 0 ? at % length : length - 1 - (at % length);
    }

    private static async ValueTask<float[]> ImageOfAsync(IImageNetwork network, float[][] frames, CancellationToken cancellationToken)
    {
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i].CopyTo(network.Frame(i));
        }

        await network.RunAsync(0, cancellationToken).ConfigureAwait(false);
        return Copy(network.Maps);
    }

    private static float[] Copy(NetworkMaps maps)
    {
        float[] image = new float[maps.Height * maps.Width];
        for (int y = 0; y < maps.Height; y++)
        {
            maps.Row(0, y).CopyTo(image.AsSpan(y * maps.Width));
        }

        return image;
    }

    private double Likeness(float[][] frames, float[] image, int upscale)
    {
        int width = sample.Width;
        double n = frames[0].Length, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
        for (int i = 0; i < frames[0].Length; i++)
        {
            (int y, int x) = (i / width, i % width);
            double one = frames.Sum(frame => (double)frame[i]), other = 0;
            for (int dy = 0; dy < upscale; dy++)
            {
                for (int dx = 0; dx < upscale; dx++)
                {
                    other += image[(((y * upscale) + dy) * width * upscale) + (x * upscale) + dx];
                }
            }

            (a, b, aa, bb, ab) = (a + one, b + other, aa + (one * one), bb + (other * other), ab + (one * other));
        }

        double spread = ((n * aa) - (a * a)) * ((n * bb) - (b * b));
        return spread > 0 ? ((n * ab) - (a * b)) / Math.Sqrt(spread) : 0;
    }

    private static (double Least, double Most) Range(IEnumerable<float[]> images)
    {
        float[] finite = [.. images.SelectMany(image => image).Where(float.IsFinite)];
        return finite.Length == 0 ? (0, 0) : (finite.Min(), finite.Max());
    }
}
