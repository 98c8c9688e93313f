using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>
/// Which share of each of the object's frequencies a result holds: what must be given back to it before it can be held against raw
/// frames. Immutable.
/// </summary>
public sealed class ResultTransfer
{
    private const double LeastPassed = 0.03;
    private readonly WienerOptions? _options;
    private readonly bool _doubled;

    private ResultTransfer(WienerOptions? options, bool doubled) => (_options, _doubled) = (options, doubled);

    /// <summary>The result is the object itself, as far as it is known: a deconvolution.</summary>
    public static ResultTransfer Whole { get; } = new(null, doubled: false);

    /// <summary>The result is the object through an ideal lens of twice the cutoff.</summary>
    public static ResultTransfer Doubled { get; } = new(null, doubled: true);

    /// <summary>The result is that of <see cref="WienerReconstructor"/>.</summary>
    /// <param name="options">How it was made.</param>
    public static ResultTransfer Of(WienerOptions options) => new(options, doubled: false);

    /// <summary>
    /// Whether a result may be sharper than lens and pattern pass: a deconvolution that is never negative is, without anything invented.
    /// </summary>
    internal bool MayExceedLimit => _options is null && !_doubled;

    /// <summary>
    /// Whether a result knows nothing of the camera's pixels, whose area must then blur it with the lens. The Wiener filter does not undo
    /// that blur: its results have it already.
    /// </summary>
    internal bool IsBeforePixels => _options is null;

    /// <summary>The factor that gives the object back at a frequency index of a field; where nothing passed, 0.</summary>
    internal Func<int, int, float> Restoring(PixelGrid coarse, IlluminationPattern pattern, OpticalTransfer transfer)
    {
        if (_options is null && !_doubled)
        {
            return (_, _) => 1;
        }

        WienerFilters? filters = _options is null ? null : new WienerFilters(coarse, pattern, transfer, _options);
        return (u, v) =>
        {
            double passed = filters is not null
                ? filters.Passed(u, v)
                : OpticalTransfer.Ideal(double.Hypot(1000 * u / coarse.WidthNm, 1000 * v / coarse.HeightNm) / (2 * transfer.CutoffPerUm));
            return (float)(passed / ((passed * passed) + (LeastPassed * LeastPassed)));
        };
    }
}
