using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Quality;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Trust;

/// <summary>
/// Judges a structured-illumination result by the frames it was made of: is there a pattern, in the stated order, strong enough; does the
/// result explain the frames; what resolution do the data support.
/// </summary>
/// <remarks>Not thread-safe. It takes a second or so for 512 × 512 pixels: meant for now and then, not for every update.</remarks>
public sealed class SimTrust
{
    /// <summary>A carrier that stands out this much is known well, however little light single pixels have.</summary>
    private const double ClearSignificance = 2 * PatternEstimate.LeastSignificance;

    private readonly PixelGrid _camera;
    private readonly OpticalTransfer _transfer;
    private readonly DecorrelationResolution _widefield;
    private readonly DecorrelationResolution _result;

    /// <summary>Prepares verdicts.</summary>
    /// <param name="camera">The camera's pixels, at least 40 × 40.</param>
    /// <param name="transfer">The lens.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid is smaller.</exception>
    public SimTrust(PixelGrid camera, OpticalTransfer transfer)
    {
        (_camera, _transfer) = (camera, transfer);
        _widefield = new DecorrelationResolution(camera);
        _result = new DecorrelationResolution(new PixelGrid(2 * camera.Width, 2 * camera.Height, camera.PixelSizeNm / 2));
    }

    /// <summary>Judges.</summary>
    /// <param name="estimate">The pattern as estimated from these frames.</param>
    /// <param name="used">The pattern that the result was made with: the estimate's own, or a calibration's.</param>
    /// <param name="frames">The group's frames one after the other, baseline taken off.</param>
    /// <param name="result">The result on the grid twice as fine, or, when it is not projected back, on the camera's.</param>
    /// <param name="made">What the result holds of the object; null: it is no linear image of it, and is not projected back.</param>
    /// <param name="noise">Noise of the frames; null: it is read from them.</param>
    /// <exception cref="ArgumentException">A number of pixels is wrong.</exception>
    public SimTrustReading Judge(
        PatternEstimate estimate, IlluminationPattern used, ReadOnlySpan<float> frames, ReadOnlySpan<float> result, ResultTransfer? made, NoiseModel? noise = null)
    {
        NoiseModel model = noise ?? NoiseModel.Estimate(_camera, frames, _transfer) ?? NoiseModel.OfPhotons(0);
        double contrast = used.Order.CanBeSeparated ? ModulationContrast.Measure(_camera, frames, used, model) : double.NaN;
        ResidualReading? residual = made is null ? null : new ReprojectionResidual(_camera, used, _transfer, made).Measure(result, frames, model);
        double limit = 1000 / (_transfer.CutoffPerUm + used.HighestCarrierPerUm);
        double widefield = _widefield.Estimate(Mean(frames)), fine = (result.Length == _camera.PixelCount ? _widefield : _result).Estimate(result);
        bool calibrated = !ReferenceEquals(used, estimate.Pattern);
        double drift = calibrated ? Drift(estimate.Pattern, used) : double.NaN, kept = calibrated ? Kept(estimate.Pattern, used) : double.NaN;
        TrustReport report = TrustReport.Good;
        report = Frames(report, frames);
        report = Pattern(report, estimate, contrast);
        report = Calibration(report, estimate, drift, kept);
        report = Explained(report, residual, made is { MayExceedLimit: true } ? Math.Max(fine, limit) : fine, limit);
        return new SimTrustReading
        {
            Report = report,
            Estimate = estimate,
            ModulationContrast = contrast,
            Noise = model,
            Residual = residual,
            WidefieldResolutionNm = widefield,
            ResultResolutionNm = Math.Max(fine, limit),
            LimitNm = limit,
            CarrierDriftPerUm = drift,
            ModulationKept = kept,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Drift(IlluminationPattern now, IlluminationPattern then)
    {
        // A carrier and its opposite are one; frames put right may have their carriers in another sequence.
        double worst = 0;
        foreach (PatternComponent a in then.Components)
        {
            worst = Math.Max(worst, now.Components.Min(b => Math.Min(
                double.Hypot(a.Kx - b.Kx, a.Ky - b.Ky), double.Hypot(a.Kx + b.Kx, a.Ky + b.Ky))));
        }

        return worst;
    }

    private static double Kept(IlluminationPattern now, IlluminationPattern then) =>
        now.Components.Zip(then.Components).Min(pair => pair.First.Modulation / Math.Max(1e-6, pair.Second.Modulation));

    private float[] Mean(ReadOnlySpan<float> frames)
    {
        var mean = new float[_camera.PixelCount];
        for (int i = 0; i < frames.Length; i++)
        {
            mean[i % mean.Length] += frames[i];
        }

        return mean;
    }

    private TrustReport Frames(TrustReport report, ReadOnlySpan<float> frames)
    {
        double saturated = FrameFaults.SaturatedShare(frames, _camera.PixelCount);
        if (IsBlank(frames))
        {
            report = report.With(TrustLevel.Untrusted, "A frame has the same value nearly everywhere: it is dark or blank, or the camera is saturated. Check shutter, light and exposure.");
        }
        else if (saturated > 1e-3)
        {
            report = report.With(
                saturated > 0.01 ? TrustLevel.Untrusted : TrustLevel.Caution,
                Text($"{saturated:P1} of a frame's pixels stand at the largest value: the camera is saturated there. Shorten the exposure or lower the light."));
        }

        return FrameFaults.LightBeyondCutoff(_camera, frames, _transfer) is double beyond and > 3
            ? report.With(
                TrustLevel.Caution,
                Text($"The frames hold {beyond:f0} times the noise just beyond {_transfer.CutoffPerUm:f2}/µm, where this lens passes nothing: check numerical aperture, wavelength and pixel size."))
            : report;
    }

    private static double Weakest(PatternEstimate estimate) =>
        estimate.Significance.Where((_, c) => estimate.Pattern.Components[c].Order == 1).Min();

    private bool IsBlank(ReadOnlySpan<float> frames)
    {
        bool blank = false;
        for (int at = 0; at < frames.Length; at += _camera.PixelCount)
        {
            blank |= frames.Slice(at, _camera.PixelCount).Count(frames[at]) > 0.99 * _camera.PixelCount;
        }

        return blank;
    }

    private static TrustReport Pattern(TrustReport report, PatternEstimate estimate, double contrast)
    {
        if (!estimate.IsFound)
        {
            double weakest = Weakest(estimate);
            return report.With(TrustLevel.Untrusted, Text(
                $"No pattern stands out of the frames: the weakest carrier is {weakest:f1} times the background, {PatternEstimate.LeastSignificance:f0} are needed. Check that the pattern is on, in focus and steady, and that the order is {estimate.Pattern.Order.Name}."));
        }

        if (estimate.OrderFinding == FrameOrderFinding.Unclear)
        {
            report = report.With(TrustLevel.Untrusted, Text(
                $"The phases of the frames follow neither {estimate.Pattern.Order.Name} nor another order of the same frames: a frame is missing or shown twice, or the pattern moved."));
        }
        else if (estimate.OrderFinding == FrameOrderFinding.Rearranged)
        {
            report = report.With(TrustLevel.Caution, Text(
                $"The frames did not come in the order {estimate.Pattern.Order.Name}: by their phases they are its frames {string.Join(' ', estimate.Places)} (from 0). Put right; correct the order in the acquisition."));
        }
        else if (estimate.HasUnevenSteps && estimate.PhaseDeviationRad.Max() > 0.35)
        {
            report = report.With(TrustLevel.Caution, Text(
                $"The phase steps are uneven by {estimate.PhaseDeviationRad.Max():f2} rad; the measured phases are used."));
        }

        if (contrast < ModulationContrast.Good)
        {
            // Little light in single pixels is no reason for distrust by itself: over the field the pattern may be as clear as can be.
            double weakest = Weakest(estimate);
            bool unclear = contrast < ModulationContrast.Least && weakest < ClearSignificance;
            report = report.With(
                unclear ? TrustLevel.Untrusted : TrustLevel.Caution,
                Text($"In single pixels the modulation of the raw frames is {contrast:f1} times their noise; {ModulationContrast.Good:f0} is good.")
                + (unclear ? Text($" The weakest carrier, {weakest:f1} times the background, leaves the pattern itself in doubt; {ClearSignificance:f0} is clear.") : string.Empty)
                + " More light or a better contrast of the pattern helps.");
        }

        double depth = estimate.Pattern.Components.Where(c => c.Order == 1).Min(c => c.Modulation);
        return depth < 0.1
            ? report.With(TrustLevel.Caution, Text($"The pattern is modulated by only {depth:f2}: polarization, alignment or light out of focus."))
            : report;
    }

    private TrustReport Calibration(TrustReport report, PatternEstimate estimate, double drift, double kept)
    {
        if (!estimate.IsFound || double.IsNaN(drift))
        {
            return report;
        }

        double step = 1000 / Math.Max(_camera.WidthNm, _camera.HeightNm);
        if (drift > 0.5 * step)
        {
            report = report.With(TrustLevel.Caution, Text($"A carrier has moved by {drift:f3}/µm since the calibration: calibrate again."));
        }

        return kept < 0.7
            ? report.With(TrustLevel.Caution, Text($"The modulation depth has fallen to {kept:P0} of the calibration's."))
            : report;
    }

    private static TrustReport Explained(TrustReport report, ResidualReading? residual, double fine, double limit)
    {
        if (residual is { ShareAbove: > 0.01 })
        {
            report = report.With(
                residual.ShareAbove > 0.25 ? TrustLevel.Untrusted : TrustLevel.Caution,
                Text($"In {residual.ShareAbove:P0} of the field the result does not explain the raw frames within {ReprojectionResidual.Threshold:f0} times their noise; see the map."));
        }

        return double.IsPositiveInfinity(fine)
            ? report.With(TrustLevel.Untrusted, "Nothing in the result stands out of its noise at any frequency.")
            : fine < 0.9 * limit
            ? report.With(TrustLevel.Caution, Text($"The result seems to resolve {fine:f0} nm, finer than the {limit:f0} nm that lens and pattern allow: that detail is noise or invented."))
            : report;
    }
}
