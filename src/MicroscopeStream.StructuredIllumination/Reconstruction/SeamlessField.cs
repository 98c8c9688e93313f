using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// A field somewhat larger than the camera's, of a size whose transform is fast. The gap beyond the last pixel leads from there to the
/// first one through the mirrored image, so that the transform, which takes images for periodic, meets no seam; patterns fade to
/// nothing in the middle of the gap.
/// </summary>
internal sealed class SeamlessField
{
    private const int LeastGap = 12;
    private readonly PixelGrid _camera;
    private readonly float[] _blendX;
    private readonly float[] _blendY;

    public SeamlessField(PixelGrid camera)
    {
        _camera = camera;
        Grid = new PixelGrid(FourierSizes.AtLeast(camera.Width + LeastGap), FourierSizes.AtLeast(camera.Height + LeastGap), camera.PixelSizeNm);
        (_blendX, _blendY) = (Blend(Grid.Width - camera.Width), Blend(Grid.Height - camera.Height));
    }

    /// <summary>The larger grid; the camera's pixels are its first columns and rows.</summary>
    public PixelGrid Grid { get; }

    /// <summary>(frame − level) × weight, and the gap.</summary>
    public void Fill(ReadOnlySpan<float> frame, float level, float weight, Span<float> whole)
    {
        int width = Grid.Width, w = _camera.Width, h = _camera.Height;
        for (int y = 0; y < h; y++)
        {
            ReadOnlySpan<float> from = frame.Slice(y * w, w);
            Span<float> to = whole.Slice(y * width, width);
            Rows.Shift(from, level, weight, to[..w]);

            for (int j = 0; j < _blendX.Length; j++)
            {
                to[w + j] = ((1 - _blendX[j]) * to[w - 1 - j]) + (_blendX[j] * to[_blendX.Length - 1 - j]);
            }
        }

        for (int j = 0; j < _blendY.Length; j++)
        {
            ReadOnlySpan<float> above = whole.Slice((h - 1 - j) * width, width), below = whole.Slice((_blendY.Length - 1 - j) * width, width);
            Span<float> to = whole.Slice((h + j) * width, width);
            float b = _blendY[j];
            for (int x = 0; x < to.Length; x++)
            {
                to[x] = ((1 - b) * above[x]) + (b * below[x]);
            }
        }
    }

    /// <summary>
    /// Where a sample of a grid that covers the whole field lies, in camera pixels from the centre of the first one (beyond the middle of
    /// the gap: before it), and how much of a pattern is left there.
    /// </summary>
    public static (double At, double Fade) Along(int index, int samples, int camera, int whole)
    {
        double at = (double)index * whole / samples, gap = whole - camera + 1;
        if (at <= camera - 1)
        {
            return (at, 1);
        }

        double t = (at - camera + 1) / gap, fade = 0.5 * (1 + Math.Cos(2 * Math.PI * t));
        return (t < 0.5 ? at : at - whole, fade);
    }

    private static float[] Blend(int gap) => [.. Enumerable.Range(0, gap).Select(j => (float)(0.5 * (1 - Math.Cos(Math.PI * (j + 0.5) / gap))))];
}
