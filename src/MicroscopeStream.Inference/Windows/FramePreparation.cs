using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>Makes of written rows what the network wants: normalized, and padded to the right and below as the model says.</summary>
internal sealed class FramePreparation(ModelInput input, int height, int width, int paddedHeight, int paddedWidth)
{
    private readonly Affine _constant = new((float)input.Normalization.Scale, (float)(-input.Normalization.Offset * input.Normalization.Scale));
    private readonly bool _repeatsEdge = input.Size.Padding != ModelSize.ZeroPadding;

    /// <summary>Prepares a frame in place by numbers that stand in the manifest.</summary>
    /// <param name="frame">Padded plane, row-major (y, x), of which the frame's own rows are written.</param>
    public void Apply(Span<float> frame) => Apply(frame, _constant);

    /// <summary>Prepares a frame in place by the numbers given.</summary>
    /// <param name="frame">Padded plane, row-major (y, x), of which the frame's own rows are written.</param>
    /// <param name="numbers">What the normalization does, after Anscombe's root where its kind is that.</param>
    public void Apply(Span<float> frame, Affine numbers)
    {
        for (int y = 0; y < height; y++)
        {
            Span<float> row = frame.Slice(y * paddedWidth, paddedWidth);
            if (input.Normalization.Kind == NormalizationKind.Anscombe)
            {
                TakeRoot(row[..width]);
            }

            numbers.Apply(row[..width]);
            row[width..].Fill(_repeatsEdge ? row[width - 1] : 0);
        }

        Span<float> last = frame.Slice((height - 1) * paddedWidth, paddedWidth);
        for (int y = height; y < paddedHeight; y++)
        {
            Span<float> below = frame.Slice(y * paddedWidth, paddedWidth);
            if (_repeatsEdge)
            {
                last.CopyTo(below);
            }
            else
            {
                below.Clear();
            }
        }
    }

    private static void TakeRoot(Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = 2 * MathF.Sqrt(Math.Max(value + 0.375f, 0));
        }
    }
}
