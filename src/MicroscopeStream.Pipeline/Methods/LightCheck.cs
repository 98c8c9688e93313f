using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// Holds the light of the frames against what an image network was trained for. Its reasons keep the numbers of the frame in which they
/// first held, so that a session's list of reasons does not grow with every frame.
/// </summary>
internal sealed class LightCheck(string model, ValueRange? trained)
{
    /// <summary>The brightest thousandth of the pixels, as the packages' domains state light.</summary>
    private const double Brightest = 0.999;

    /// <summary>As many pixels are looked at as tell a thousandth well.</summary>
    private const int Looked = 1 << 14;

    private readonly float[] _sample = new float[Looked];
    private string? _dim;
    private string? _bright;

    /// <summary>The frame's light, photons per pixel; NaN where nothing is known of the training.</summary>
    /// <param name="photons">Row-major pixels.</param>
    /// <param name="report">What was found so far.</param>
    /// <returns>The report, with a reason more where the light lies outside.</returns>
    public TrustReport Check(ReadOnlySpan<float> photons, TrustReport report)
    {
        if (trained is not { } range)
        {
            return report;
        }

        // An odd step that shares nothing with usual widths: columns are not looked at again and again.
        int step = Math.Max(1, photons.Length / Looked) | 1;
        int count = 0;
        for (int i = 0; i < photons.Length && count < Looked; i += step)
        {
            _sample[count++] = photons[i];
        }

        Span<float> sample = _sample.AsSpan(0, count);
        sample.Sort();
        double light = sample[(int)(Brightest * (count - 1))];
        if (light < range.From)
        {
            _dim ??= Words(light, range);
            return report.With(TrustLevel.Caution, _dim);
        }

        if (light > range.To)
        {
            _bright ??= Words(light, range);
            return report.With(TrustLevel.Caution, _bright);
        }

        return report;
    }

    private string Words(double light, ValueRange range) => FormattableString.Invariant(
        $"The brightest pixels hold {light:0.#} photons, outside {range.From:0.#}–{range.To:0.#}, the light that model '{model}' was trained for.");
}
