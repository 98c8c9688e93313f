using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Imaging.Rendering;

/// <summary>
/// Counts localizations per pixel; copies are, if asked for, blurred with a Gaussian. This is how images from localizations
/// are scored (12.5 nm pixels, σ 25 nm).
/// </summary>
/// <remarks>Counts are exact up to 2²⁴ localizations in one pixel.</remarks>
public sealed class HistogramRenderer : LocalizationRenderer
{
    private readonly GaussianBlur? _blur;
    private readonly Lock _blurLock = new();
    private readonly float[] _counts = [];

    /// <summary>Makes an empty image.</summary>
    /// <param name="grid">The grid to count on. A position on the far edge counts into the last pixel.</param>
    /// <param name="blurSigmaNm">σ of the blur of copies, nm; 0: none. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid has no pixels, or σ is negative.</exception>
    public HistogramRenderer(PixelGrid grid, double blurSigmaNm = 0)
        : base(grid)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blurSigmaNm);
        if (blurSigmaNm > 0)
        {
            _blur = new GaussianBlur(blurSigmaNm / grid.PixelSizeNm);
            _counts = new float[grid.PixelCount];
        }
    }

    /// <inheritdoc/>
    public override void CopyTo(Span<float> destination)
    {
        if (_blur is null)
        {
            base.CopyTo(destination);
            return;
        }

        // Blurring takes long; it must not keep the writer waiting.
        lock (_blurLock)
        {
            base.CopyTo(_counts);
            _blur.Apply(_counts, destination, Grid.Width, Grid.Height);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A blurred image is copied whole.</remarks>
    public override void CopyChangesTo(Span<float> destination, ChangedTiles changed)
    {
        if (_blur is null)
        {
            base.CopyChangesTo(destination, changed);
            return;
        }

        changed.MarkAll();
        CopyTo(destination);
    }

    private protected override void Draw(in Localization localization, Span<float> pixels)
    {
        int x = Math.Min((int)(localization.X / Grid.PixelSizeNm), Grid.Width - 1);
        int y = Math.Min((int)(localization.Y / Grid.PixelSizeNm), Grid.Height - 1);
        pixels[(y * Grid.Width) + x]++;
        Changes.Mark(x, y, x + 1, y + 1);
    }
}
