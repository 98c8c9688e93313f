using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>Makes of written rows what the network wants: normalized, and padded to the right and below by repeating the edge.</summary>
internal sealed class FramePreparation(ModelNormalization normalization, int height, int width, int paddedHeight, int paddedWidth)
{
    private readonly bool _isIdentity =
        normalization is { Kind: NormalizationKind.Photons or NormalizationKind.Constants, Offset: 0, Scale: 1 };
    private readonly float _offset = (float)normalization.Offset;
    private readonly float _scale = (float)normalization.Scale;

    /// <summary>Prepares a frame in place.</summary>
    /// <param name="frame">Padded plane, row-major (y, x), of which the frame's own rows are written.</param>
    public void Apply(Span<float> frame)
    {
        for (int y = 0; y < height; y++)
        {
            Span<float> row = frame.Slice(y * paddedWidth, paddedWidth);
            if (!_isIdentity)
            {
                Normalize(row[..width]);
            }

            row[width..].Fill(row[width - 1]);
        }

        Span<float> last = frame.Slice((height - 1) * paddedWidth, paddedWidth);
        for (int y = height; y < paddedHeight; y++)
        {
            last.CopyTo(frame[(y * paddedWidth)..]);
        }
    }

    private void Normalize(Span<float> values)
    {
        if (normalization.Kind == NormalizationKind.Anscombe)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = 2 * MathF.Sqrt(Math.Max(values[i] + 0.375f, 0));
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] - _offset) * _scale;
        }
    }
}
