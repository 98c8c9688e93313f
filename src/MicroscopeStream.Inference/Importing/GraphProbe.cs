using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Importing;

/// <summary>Finds out by running a network which sizes it takes, how much finer its image is, and how far a pixel reaches.</summary>
internal sealed class GraphProbe : IDisposable
{
    private const int Edge = 128;
    private const int LongestStrip = 1024;

    /// <summary>Changes of the image below this part of its range are arithmetic, not reach.</summary>
    private const float Noise = 1e-5f;

    private readonly GraphSession _session;
    private readonly GraphSignature _signature;
    private readonly bool _last;
    private string _failure = "";

    public GraphProbe(string file, byte[] bytes, GraphSignature signature)
    {
        (_signature, _last) = (signature, signature.Layout == NetworkPlan.Nhwc);
        try
        {
            _session = new GraphSession(file, bytes, ExecutionProvider.Cpu, Math.Max(1, Environment.ProcessorCount / 2));
        }
        catch (ProviderFailedException failure)
        {
            throw new ImportRefusedException(
                $"{failure.Message} The runtime takes ONNX files with standard operators; export the network again, perhaps with a lower opset.", failure);
        }
    }

    /// <summary>What was found.</summary>
    /// <param name="Channels">Channels of the output.</param>
    /// <param name="Upscale">Output pixels per input pixel along one axis.</param>
    /// <param name="Multiple">Height and width must be multiples of this.</param>
    /// <param name="Minimum">Smallest height and width that ran.</param>
    public readonly record struct Sizes(int Channels, int Upscale, int Multiple, int Minimum);

    /// <summary>Runs the network at several sizes.</summary>
    /// <exception cref="ImportRefusedException">It runs at none of them, or its image has another shape than its frames.</exception>
    public Sizes FindSizes(CancellationToken cancellationToken)
    {
        (int height, int width) = _signature.Fixed ?? (Edge, Edge);
        (int Channels, int Height, int Width) = Run(height, width, seed: 1)?.Shape ?? throw new ImportRefusedException(
            $"The network does not run on frames of {height} × {width} px: {_failure} Check it with the runtime of its framework, and export it again.");
        int upscale = Height / height;
        if (upscale < 1 || Height != height * upscale || Width != width * upscale)
        {
            throw new ImportRefusedException(
                $"The network makes {Height} × {Width} px of {height} × {width} (height × width). Images must be 1, 2, 3, … times as large as the "
                + "frames along both axes: export it with padding that keeps the size ('same').");
        }

        if (_last && Channels > 1)
        {
            throw new ImportRefusedException(
                $"The image has {Channels} channels, last, as Keras writes them. Channels last run for one channel only: export with channels first.");
        }

        if (_signature.Fixed is not null)
        {
            return new Sizes(Channels, upscale, 1, Math.Min(height, width));
        }

        int multiple = 1;
        while (multiple < Edge && !Keeps(Edge + multiple, upscale))
        {
            cancellationToken.ThrowIfCancellationRequested();
            multiple *= 2;
        }

        int minimum = Edge;
        for (int half = minimum / 2; half >= Math.Max(multiple, 8) && Keeps(half, upscale); half /= 2)
        {
            minimum = half;
        }

        return new Sizes(Channels, upscale, multiple, minimum);
    }

    /// <summary>
    /// How far, in frame pixels along one axis, a change is seen in the image; null: over the whole frame, or the sizes are fixed.
    /// Found on noise: what a network would only show on other frames stays unseen, so a margin is added by the caller.
    /// </summary>
    public int? FindReach(Sizes sizes, CancellationToken cancellationToken)
    {
        if (_signature.Fixed is not null)
        {
            return null;
        }

        int narrow = RoundUp(Math.Max(sizes.Minimum, 32), sizes.Multiple);
        for (int length = RoundUp(2 * Edge, sizes.Multiple); length <= LongestStrip; length *= 2)
        {
            int reach = 0;
            foreach (int cut in (int[])[length / 2, (length / 2) + (sizes.Multiple / 2) + 1])
            {
                foreach (bool alongX in (bool[])[true, false])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    reach = Math.Max(reach, Reach(alongX ? narrow : length, alongX ? length : narrow, cut, alongX, sizes.Upscale));
                }
            }

            if (reach < (length / 2) - sizes.Multiple - 1)
            {
                return reach;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static int RoundUp(int length, int multiple) => (length + multiple - 1) / multiple * multiple;

    private bool Keeps(int edge, int upscale) => Run(edge, edge, seed: 1)?.Shape is { } shape && (shape.Height, shape.Width) == (edge * upscale, edge * upscale);

    /// <summary>Changes everything before the cut and sees how far behind it the image changes; then the other way round.</summary>
    private int Reach(int height, int width, int cut, bool alongX, int upscale)
    {
        float[] one = Run(height, width, seed: 1)?.Values ?? throw Failed(height, width);
        float least = one.Where(float.IsFinite).DefaultIfEmpty().Min(), most = one.Where(float.IsFinite).DefaultIfEmpty().Max();
        int reach = 0;
        foreach (bool before in (bool[])[true, false])
        {
            float[] other = Run(height, width, seed: 1, (y, x) => ((alongX ? x : y) < cut) == before)?.Values ?? throw Failed(height, width);
            for (int i = 0; i < one.Length; i++)
            {
                // Channels of the image lie one after the other; those of channels last are one only.
                int within = i % (height * width * upscale * upscale);
                int at = (alongX ? within % (width * upscale) : within / (width * upscale)) / upscale;
                bool apart = before ? at >= cut : at < cut;
                if (apart && MathF.Abs(one[i] - other[i]) > Noise * Math.Max(most - least, 1e-20f))
                {
                    reach = Math.Max(reach, before ? at - cut + 1 : cut - at);
                }
            }
        }

        return reach;
    }

    private ImportRefusedException Failed(int height, int width) =>
        new($"The network ran on frames of some sizes, but not of {height} × {width} px: {_failure}");

    private ((int Channels, int Height, int Width) Shape, float[] Values)? Run(int height, int width, int seed, Func<int, int, bool>? changed = null)
    {
        int frames = _signature.Frames;
        using var input = new PinnedTensor(_last ? [1, height, width, frames] : [1, frames, height, width]);
        var random = new Random(seed);
        Span<float> values = input.Span;
        for (int i = 0; i < values.Length; i++)
        {
            (int y, int x) = (i / width % height, i % width);
            float value = random.NextSingle(), instead = random.NextSingle();
            values[i] = changed?.Invoke(y, x) == true ? instead : value;
        }

        try
        {
            (long[] shape, float[] found) = _session.RunOnce([(_signature.Input, input)], [_signature.Output])[0];
            return shape.Length != 4 ? null : ((int)shape[_last ? 3 : 1], (int)shape[_last ? 1 : 2], (int)shape[_last ? 2 : 3]) is var sizes ? (sizes, found) : null;
        }
        catch (ProviderFailedException failure)
        {
            _failure = failure.Message;
            return null;
        }
    }
}
